/// Text in the form of HTML's forms and of queries (WHATWG URL §5.2): pairs in order.
struct FormText {
    private(set) var text = ""

    /// Adds a pair.
    mutating func add(_ name: String, _ value: String) {
        if !text.isEmpty { text += "&" }
        text += Self.encode(name) + "=" + Self.encode(value)
    }

    /// Letters, digits and `-._~` as they are; every other byte as `%` and two digits, as nginx and browsers do for
    /// values, so that whoever decodes either way reads the same.
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// A URL up to its query.
    var withoutQuery: String { String(prefix { $0 != "?" }) }
}
