/// Reads the XML that descriptions are written in (XML 1.0), and nothing that could make it dangerous.
///
/// There are no document types, so no entities but the five that everybody knows, and nothing is fetched. The stack of
/// open elements is an array, so that depth costs no stack of ours, and every count has a limit.
struct XMLReader {
    private let bytes: [UInt8]
    private let limits: ManifestLimits
    private var position = 0
    private var elementCount = 0

    /// Reads a document and returns its one element.
    static func read(_ text: String, limits: ManifestLimits) throws(ManifestFault) -> XMLElement {
        guard text.utf8.count <= limits.bytes else { throw .tooLong(text.utf8.count) }
        var reader = XMLReader(bytes: Array(text.utf8), limits: limits)
        return try reader.document()
    }

    private init(bytes: [UInt8], limits: ManifestLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private mutating func document() throws(ManifestFault) -> XMLElement {
        // A byte order mark is no part of the document.
        if has("\u{FEFF}") { position += 3 }
        var open: [XMLElement] = []
        while true {
            let data = try characterData()
            if open.isEmpty {
                guard data.utf8.allSatisfy(Self.isSpace) else { throw fault }
            } else {
                open[open.count - 1].text += data
            }
            guard position < bytes.count else { throw fault }
            if has("<!--") {
                try skip(past: "-->")
            } else if has("<?") {
                try skip(past: "?>")
            } else if has("<![CDATA[") {
                guard !open.isEmpty else { throw fault }
                position += 9
                let start = position
                try skip(past: "]]>")
                open[open.count - 1].text += String(decoding: bytes[start..<position - 3], as: UTF8.self)
            } else if has("<!") {
                throw .documentTypeDeclared
            } else if has("</") {
                position += 2
                let name = try self.name()
                skipSpace()
                guard take(">"), let element = open.popLast(), element.name == name else { throw fault }
                if open.isEmpty { return try finish(element) }
                open[open.count - 1].children.append(element)
            } else {
                let (element, isEmpty) = try startTag()
                if !isEmpty {
                    guard open.count < limits.depth else { throw .tooDeep }
                    open.append(element)
                } else if open.isEmpty {
                    return try finish(element)
                } else {
                    open[open.count - 1].children.append(element)
                }
            }
        }
    }

    /// Behind the document's element there may be space and comments only.
    private mutating func finish(_ element: XMLElement) throws(ManifestFault) -> XMLElement {
        skipSpace()
        while position < bytes.count {
            if has("<!--") {
                try skip(past: "-->")
            } else if has("<?") {
                try skip(past: "?>")
            } else {
                throw fault
            }
            skipSpace()
        }
        return element
    }

    private mutating func startTag() throws(ManifestFault) -> (element: XMLElement, isEmpty: Bool) {
        guard take("<") else { throw fault }
        elementCount += 1
        guard elementCount <= limits.elements else { throw .tooManyElements }
        var element = XMLElement(name: try name())
        while true {
            let before = position
            skipSpace()
            if take(">") { return (element, false) }
            if take("/") {
                guard take(">") else { throw fault }
                return (element, true)
            }
            guard position > before else { throw fault }
            guard element.attributes.count < limits.attributes else { throw .tooManyAttributes }
            let name = try name()
            skipSpace()
            guard take("=") else { throw fault }
            skipSpace()
            guard element.add(name, try attributeValue()) else { throw fault }
        }
    }

    private mutating func attributeValue() throws(ManifestFault) -> String {
        guard position < bytes.count else { throw fault }
        let quote = bytes[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw fault }
        position += 1
        var value: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case quote:
                position += 1
                return String(decoding: value, as: UTF8.self)
            case UInt8(ascii: "<"):
                throw fault
            case UInt8(ascii: "&"):
                value += try reference().utf8
            default:
                // White space of any kind is a space (XML 1.0 §3.3.3).
                value.append(Self.isSpace(byte) ? UInt8(ascii: " ") : byte)
                position += 1
            }
        }
        throw fault
    }

    private mutating func characterData() throws(ManifestFault) -> String {
        var data: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") {
            if bytes[position] == UInt8(ascii: "&") {
                data += try reference().utf8
            } else {
                data.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// The longest reference: `&#x10FFFF;`.
    private static let longestReference = 10

    private mutating func reference() throws(ManifestFault) -> String {
        let window = bytes[position..<min(bytes.count, position + Self.longestReference)]
        guard let end = window.firstIndex(of: UInt8(ascii: ";")) else { throw fault }
        let name = String(decoding: bytes[position + 1..<end], as: UTF8.self)
        let text: String
        switch name {
        case "amp": text = "&"
        case "lt": text = "<"
        case "gt": text = ">"
        case "quot": text = "\""
        case "apos": text = "'"
        default:
            let isHexadecimal = name.hasPrefix("#x")
            guard name.hasPrefix("#"),
                let number = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10),
                let character = Unicode.Scalar(number), number >= 0x20 || [9, 10, 13].contains(number)
            else { throw fault }
            text = String(Character(character))
        }
        position = end + 1
        return text
    }

    private mutating func name() throws(ManifestFault) -> String {
        let start = position
        while position < bytes.count, Self.isInName(bytes[position]) { position += 1 }
        guard position > start, !Self.isDigitOrSign(bytes[start]) else { throw fault }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skip(past end: StaticString) throws(ManifestFault) {
        while position < bytes.count {
            if has(end) {
                position += end.utf8CodeUnitCount
                return
            }
            position += 1
        }
        throw fault
    }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private func has(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[position...].starts(with: $0) }
    }

    private var fault: ManifestFault { .malformed(offset: position) }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: ":"),
            UInt8(ascii: "_"), 0x80...:
            true
        default: isDigitOrSign(byte)
        }
    }

    private static func isDigitOrSign(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
