import NIOCore

/// Writes JSON (RFC 8259) straight into bytes.
///
/// A list of thousands of sessions must not be held up by building a tree of it first. Members without a value are left
/// out.
struct JSONWriter {
    private(set) var bytes: ByteBuffer
    private var needsComma = false

    init(capacity: Int = 1_024) {
        bytes = ByteBufferAllocator().buffer(capacity: capacity)
    }

    /// The bytes of one object.
    static func object(capacity: Int = 1_024, _ body: (inout JSONWriter) -> Void) -> ByteBuffer {
        var writer = JSONWriter(capacity: capacity)
        writer.object(body)
        return writer.bytes
    }

    // MARK: Values

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        begin(UInt8(ascii: "{"))
        body(&self)
        end(UInt8(ascii: "}"))
    }

    mutating func array<Items: Sequence>(of items: Items, _ body: (inout JSONWriter, Items.Element) -> Void) {
        begin(UInt8(ascii: "["))
        for item in items { body(&self, item) }
        end(UInt8(ascii: "]"))
    }

    mutating func string(_ text: String) {
        separate()
        quote(text)
    }

    mutating func number(_ value: Int) {
        separate()
        bytes.writeString("\(value)")
    }

    /// A number with three decimal places at most; not one at all where JSON has none.
    mutating func number(_ value: Double) {
        separate()
        guard value.isFinite, value.magnitude < 1e15 else { return _ = bytes.writeString("null") }
        let thousandths = Int64((value * 1_000).rounded())
        let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1_000)
        if thousandths < 0 { bytes.writeString("-") }
        bytes.writeString("\(whole)")
        guard rest > 0 else { return }
        var digits = String(1_000 + rest).dropFirst()
        while digits.last == "0" { digits = digits.dropLast() }
        bytes.writeString(".")
        bytes.writeSubstring(digits)
    }

    // MARK: Members

    mutating func member(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        key(name)
        quote(value)
    }

    mutating func member(_ name: StaticString, _ value: Int?) {
        guard let value else { return }
        key(name)
        bytes.writeString("\(value)")
    }

    mutating func member(_ name: StaticString, _ value: Double?) {
        guard let value, value.isFinite else { return }
        key(name)
        needsComma = false
        number(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bytes.writeString(value ? "true" : "false")
    }

    mutating func member(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        needsComma = false
        object(body)
    }

    mutating func member<Items: Sequence>(
        _ name: StaticString, of items: Items, _ body: (inout JSONWriter, Items.Element) -> Void
    ) {
        key(name)
        needsComma = false
        array(of: items, body)
    }

    /// A member that is there and has no value.
    mutating func nothing(_ name: StaticString) {
        key(name)
        bytes.writeStaticString("null")
    }

    /// A member whose name is not known beforehand.
    mutating func member(named name: String, _ value: Int) {
        separate()
        quote(name)
        bytes.writeInteger(UInt8(ascii: ":"))
        bytes.writeString("\(value)")
    }

    /// A time of day as RFC 3339 writes it.
    mutating func member(_ name: StaticString, time: WallTime?) {
        guard let time else { return }
        key(name)
        bytes.writeInteger(UInt8(ascii: "\""))
        bytes.writeString(time.description)
        bytes.writeInteger(UInt8(ascii: "\""))
    }

    // MARK: Punctuation

    private mutating func separate() {
        if needsComma { bytes.writeInteger(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.writeInteger(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.writeInteger(bracket)
        needsComma = true
    }

    private mutating func key(_ name: StaticString) {
        separate()
        bytes.writeInteger(UInt8(ascii: "\""))
        bytes.writeStaticString(name)
        bytes.writeStaticString("\":")
    }

    /// What could end a script or a comment in a page is escaped too, wherever the answer may be put.
    private mutating func quote(_ text: String) {
        bytes.writeInteger(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var clean = 0
            for (index, byte) in utf8.enumerated() where Self.mustEscape(byte) {
                bytes.writeBytes(utf8[clean..<index])
                clean = index + 1
                bytes.writeStaticString("\\u00")
                bytes.writeInteger(Self.digit(byte >> 4))
                bytes.writeInteger(Self.digit(byte & 15))
            }
            bytes.writeBytes(utf8[clean...])
        }
        bytes.writeInteger(UInt8(ascii: "\""))
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "&"):
            true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
