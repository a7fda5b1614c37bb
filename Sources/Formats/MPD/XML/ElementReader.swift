import TextCoding

/// A known element, and its attributes in the types that they have.
struct ElementReader {
    let name: ManifestElement
    private let element: XMLElement

    /// Makes a reader of an element of that name; `nil` for one of another.
    init?(_ element: XMLElement, _ name: ManifestElement) {
        guard element.name == name.rawValue else { return nil }
        self.name = name
        self.element = element
    }

    /// The character data without the space around it.
    var text: String {
        var text = element.text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// The children of a name.
    func children(_ name: ManifestElement) -> [ElementReader] {
        element.children.compactMap { ElementReader($0, name) }
    }

    /// The first child of a name.
    func child(_ name: ManifestElement) -> ElementReader? { children(name).first }

    func string(_ attribute: ManifestAttribute) -> String? { element.value(of: attribute.rawValue) }

    func require<Value>(_ attribute: ManifestAttribute, _ value: Value?) throws(ManifestFault) -> Value {
        guard let value else { throw .missingAttribute(attribute, of: name) }
        return value
    }

    /// A number that counts things.
    func count(_ attribute: ManifestAttribute) throws(ManifestFault) -> Int? {
        try value(attribute) { DecimalInteger.parseCount($0[...]) }
    }

    /// A number of ticks.
    func ticks(_ attribute: ManifestAttribute) throws(ManifestFault) -> Int64? {
        try value(attribute) { DecimalInteger.parse($0[...]) }
    }

    func flag(_ attribute: ManifestAttribute) throws(ManifestFault) -> Bool? {
        try value(attribute) { text in
            switch text {
            case "true", "1": true
            case "false", "0": false
            default: nil
            }
        }
    }

    func duration(_ attribute: ManifestAttribute) throws(ManifestFault) -> Duration? {
        try value(attribute, DurationText.parse)
    }

    /// Decimal seconds.
    func seconds(_ attribute: ManifestAttribute) throws(ManifestFault) -> Duration? {
        try value(attribute) { DecimalSeconds.parse($0[...]) }
    }

    func time(_ attribute: ManifestAttribute) throws(ManifestFault) -> UTCTime? {
        try value(attribute) { UTCTime($0) }
    }

    /// Two numbers with `separator` between them; the second may be missing where `isSecondOptional`.
    func pair(
        _ attribute: ManifestAttribute, _ separator: Character, isSecondOptional: Bool = false
    ) throws(ManifestFault) -> (first: Int, second: Int?)? {
        try value(attribute) { text in
            let parts = text.split(separator: separator, omittingEmptySubsequences: false)
            guard let first = DecimalInteger.parseCount(parts[0]) else { return nil }
            if parts.count == 1, isSecondOptional { return (first, nil) }
            guard parts.count == 2, let second = DecimalInteger.parseCount(parts[1]) else { return nil }
            return (first, second)
        }
    }

    /// The value of an attribute as `parse` makes it, which returns `nil` for what is none.
    func value<Value>(
        _ attribute: ManifestAttribute, _ parse: (String) -> Value?
    ) throws(ManifestFault) -> Value? {
        guard let text = string(attribute) else { return nil }
        guard let value = parse(text) else { throw .malformedAttribute(attribute, of: name) }
        return value
    }
}
