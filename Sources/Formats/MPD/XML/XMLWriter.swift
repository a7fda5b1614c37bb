/// Writes XML: two spaces further in for each element, everything escaped that must be (XML 1.0 §2.4).
struct XMLWriter {
    private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private var open: [ManifestElement] = []
    /// Whether the newest start tag still takes attributes.
    private var isInTag = false

    /// Writes an element, whose attributes and children `content` writes.
    mutating func element(_ name: ManifestElement, _ content: (inout XMLWriter) -> Void) {
        closeTag()
        indent()
        text += "<"
        text += name.rawValue
        isInTag = true
        open.append(name)
        content(&self)
        open.removeLast()
        if isInTag {
            text += "/>\n"
            isInTag = false
        } else {
            indent()
            end(name)
        }
    }

    /// Writes an element with nothing but text in it.
    mutating func element(_ name: ManifestElement, text content: String) {
        closeTag()
        indent()
        text += "<"
        text += name.rawValue
        text += ">"
        append(escaping: content)
        end(name)
    }

    /// Writes an attribute of the element that was begun last; without a value, nothing.
    mutating func attribute(_ name: ManifestAttribute, _ value: String?) {
        guard let value, isInTag else { return }
        text += " "
        text += name.rawValue
        text += "=\""
        append(escaping: value)
        text += "\""
    }

    /// Writes an attribute that is a number.
    mutating func attribute(_ name: ManifestAttribute, _ value: (some BinaryInteger)?) {
        attribute(name, value.map { String($0) })
    }

    /// Writes an attribute that is a length of time.
    mutating func attribute(_ name: ManifestAttribute, _ value: Duration?) {
        attribute(name, value.map(DurationText.text))
    }

    private mutating func closeTag() {
        guard isInTag else { return }
        text += ">\n"
        isInTag = false
    }

    private mutating func end(_ name: ManifestElement) {
        text += "</"
        text += name.rawValue
        text += ">\n"
    }

    private mutating func indent() {
        for _ in open { text += "  " }
    }

    private mutating func append(escaping value: String) {
        guard value.utf8.contains(where: Self.needsEscape) else {
            text += value
            return
        }
        for character in value.unicodeScalars {
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            // Written as they are they would be read as spaces (XML 1.0 §3.3.3).
            case "\t", "\n", "\r": text += "&#\(character.value);"
            // No document can have these, in whatever form (XML 1.0 §2.2).
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
            default: text.unicodeScalars.append(character)
            }
        }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        switch byte {
        // 0xEF begins U+FFFE and U+FFFF, among others.
        case ..<0x20, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), 0xEF: true
        default: false
        }
    }
}
