import NIOCore
import TextCoding

/// Writes JSON (RFC 8259) straight into bytes.
///
/// A list of thousands of sessions must not be held up by building a tree of it first. Members without a value are left
/// out.
struct JSONWriter {
    /// What was written; an array, to which single bytes are added at a third of what they cost elsewhere.
    private var text: [UInt8] = []
    private var needsComma = false

    init(capacity: Int = 1_024) {
        text.reserveCapacity(capacity)
    }

    /// What was written.
    var bytes: ByteBuffer { ByteBuffer(bytes: text) }

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
        digits(value)
    }

    /// A number with three decimal places at most; not one at all where JSON has none.
    mutating func number(_ value: Double) {
        separate()
        guard value.isFinite, value.magnitude < 1e15 else { return text.append(contentsOf: "null".utf8) }
        let thousandths = Int64((value * 1_000).rounded())
        let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1_000)
        if thousandths < 0 { text.append(UInt8(ascii: "-")) }
        digits(Int(whole))
        guard rest > 0 else { return }
        text.append(UInt8(ascii: "."))
        text.appendDigits(rest, width: 3)
        while text.last == UInt8(ascii: "0") { text.removeLast() }
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
        digits(value)
    }

    mutating func member(_ name: StaticString, _ value: Double?) {
        guard let value, value.isFinite else { return }
        key(name)
        needsComma = false
        number(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        text.append(contentsOf: (value ? "true" : "false").utf8)
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
        text.append(contentsOf: "null".utf8)
    }

    /// A member whose name is not known beforehand.
    mutating func member(named name: String, _ value: Int) {
        separate()
        quote(name)
        text.append(UInt8(ascii: ":"))
        digits(value)
    }

    /// A time of day as RFC 3339 writes it.
    mutating func member(_ name: StaticString, time: UTCTime?) {
        guard let time else { return }
        key(name)
        text.append(UInt8(ascii: "\""))
        time.write(to: &text)
        text.append(UInt8(ascii: "\""))
    }

    // MARK: Punctuation

    private mutating func separate() {
        if needsComma { text.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        text.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        text.append(bracket)
        needsComma = true
    }

    private mutating func key(_ name: StaticString) {
        separate()
        text.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { text.append(contentsOf: $0) }
        text.append(UInt8(ascii: "\""))
        text.append(UInt8(ascii: ":"))
    }

    private mutating func digits(_ value: Int) {
        if value < 0 { text.append(UInt8(ascii: "-")) }
        text.appendDigits(UInt64(value.magnitude))
    }

    /// What could end a script or a comment in a page is escaped too, wherever the answer may be put.
    private mutating func quote(_ value: String) {
        text.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { utf8 in
            var clean = 0
            for index in utf8.indices where Self.mustEscape(utf8[index]) {
                text.append(contentsOf: utf8[clean..<index])
                clean = index + 1
                text.append(contentsOf: "\\u00".utf8)
                text.append(Self.digit(utf8[index] >> 4))
                text.append(Self.digit(utf8[index] & 15))
            }
            text.append(contentsOf: utf8[clean...])
        }
        text.append(UInt8(ascii: "\""))
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
