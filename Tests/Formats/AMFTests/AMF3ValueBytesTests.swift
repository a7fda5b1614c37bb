import AMF
import NIOCore
import TestSupport
import Testing

/// A value and how it is written: read from these bytes, written as these bytes.
struct AMF3Example: Sendable, CustomTestStringConvertible {
    let section: String
    let hex: String
    let value: AMF3Value
    var testDescription: String { section }

    static let all: [AMF3Example] = [
        .init(section: "§3.2 undefined", hex: "00", value: .undefined),
        .init(section: "§3.3 null", hex: "01", value: .null),
        .init(section: "§3.4 false", hex: "02", value: .boolean(false)),
        .init(section: "§3.5 true", hex: "03", value: .boolean(true)),
        .init(section: "§3.6 one byte", hex: "04 7f", value: .integer(0x7f)),
        .init(section: "§3.6 two bytes from", hex: "04 8100", value: .integer(0x80)),
        .init(section: "§3.6 two bytes to", hex: "04 ff7f", value: .integer(0x3fff)),
        .init(section: "§3.6 three bytes from", hex: "04 818000", value: .integer(0x4000)),
        .init(section: "§3.6 three bytes to", hex: "04 ffff7f", value: .integer(0x1f_ffff)),
        .init(section: "§3.6 four bytes from", hex: "04 80c08000", value: .integer(0x20_0000)),
        .init(section: "§3.6 largest", hex: "04 bfffffff", value: .integer(0x0fff_ffff)),
        .init(section: "§3.6 minus one", hex: "04 ffffffff", value: .integer(-1)),
        .init(section: "§3.6 smallest", hex: "04 c0808000", value: .integer(-0x1000_0000)),
        .init(section: "§3.7 double", hex: "05 3fe0000000000000", value: .double(0.5)),
        .init(section: "§3.8 string", hex: "06 07 6b6579", value: .string("key")),
        .init(section: "§3.8 empty string", hex: "06 01", value: .string("")),
        .init(section: "§3.9 XML document", hex: "07 09 3c612f3e", value: .xmlDocument("<a/>")),
        .init(section: "§3.10 date", hex: "08 01 408f400000000000", value: .date(milliseconds: 1000)),
        .init(
            section: "§3.11 array", hex: "09 05 03 61 02 01 01 03",
            value: .array(dense: [.null, .boolean(true)], associative: [AMF3Property("a", .boolean(false))])),
        .init(
            section: "§3.12 anonymous object", hex: "0a 0b 01 03 61 01 01",
            value: .object(.init(dynamic: [AMF3Property("a", .null)]))),
        .init(
            section: "§3.12 sealed object", hex: "0a 23 03 43 03 61 03 62 01 03",
            value: .object(
                AMF3Object(
                    className: "C", sealed: [AMF3Property("a", .null), AMF3Property("b", .boolean(true))], dynamic: nil)
            )),
        .init(
            section: "§3.12 sealed and dynamic, strings referred to", hex: "0a 1b 03 43 03 61 06 00 02 06 02 01",
            value: .object(
                AMF3Object(
                    className: "C", sealed: [AMF3Property("a", .string("C"))],
                    dynamic: [AMF3Property("a", .string("a"))]))),
        .init(section: "§3.13 XML", hex: "0b 09 3c612f3e", value: .xml("<a/>")),
        .init(section: "§3.14 byte array", hex: "0c 07 00ff80", value: .byteArray(ByteBuffer(bytes: [0, 0xff, 0x80]))),
        .init(
            section: "§3.15 vector of int", hex: "0d 05 01 ffffffff 7fffffff",
            value: .vectorInt([-1, .max], isFixedLength: true)),
        .init(
            section: "§3.15 vector of uint", hex: "0e 05 00 ffffffff 00000001",
            value: .vectorUInt([.max, 1], isFixedLength: false)),
        .init(
            section: "§3.15 vector of double", hex: "0f 03 00 bff0000000000000",
            value: .vectorDouble([-1], isFixedLength: false)),
        .init(
            section: "§3.15 vector of objects", hex: "10 05 01 03 2a 01 04 05",
            value: .vectorObject(className: "*", [.null, .integer(5)], isFixedLength: true)),
        .init(
            section: "§3.16 dictionary", hex: "11 05 01 06 03 61 04 01 01 06 00",
            value: .dictionary(
                [.init(.string("a"), .integer(1)), .init(.null, .string("a"))], hasWeakKeys: true)),
    ]
}

@Suite("AMF3 values and their bytes")
struct AMF3ValueBytesTests {
    @Test("each value is read from the bytes of its section", arguments: AMF3Example.all)
    func reads(_ example: AMF3Example) throws {
        #expect(try AMF3Decoder.decodeAll(ByteBuffer(hex: example.hex)) == [example.value])
    }

    @Test("each value is written as the bytes of its section", arguments: AMF3Example.all)
    func writes(_ example: AMF3Example) {
        var buffer = ByteBuffer()
        buffer.writeAMF3(example.value)
        #expect(buffer.hex == ByteBuffer(hex: example.hex).hex)
    }

    @Test("a value cut short anywhere is a fault")
    func truncations() {
        for example in AMF3Example.all {
            let whole = ByteBuffer(hex: example.hex)
            for length in 1..<whole.readableBytes {
                guard let cut = whole.getSlice(at: 0, length: length) else { continue }
                #expect(throws: AMFFault.self, "\(example.section) at \(length)") { try AMF3Decoder.decodeAll(cut) }
            }
        }
    }

    @Test(
        "whole numbers of more than 29 bits are written as doubles", arguments: [0x1000_0000, -0x1000_0001, .max, .min])
    func largeInteger(_ integer: Int32) throws {
        var buffer = ByteBuffer()
        buffer.writeAMF3(.integer(integer))
        #expect(try AMF3Decoder.decodeAll(buffer) == [.double(Double(integer))])
    }

    @Test("a number may be longer than it needs to be")
    func longNumber() throws {
        #expect(try AMF3Decoder.decodeAll(ByteBuffer(hex: "04 80808001")) == [.integer(1)])
    }

    @Test("a property without a name is left out, except a sealed one")
    func emptyNames() throws {
        let object = AMF3Object(sealed: [AMF3Property("", .null)], dynamic: [AMF3Property("", .null)])
        var buffer = ByteBuffer()
        buffer.writeAMF3([.object(object), .boolean(true)])
        #expect(
            try AMF3Decoder.decodeAll(buffer) == [
                .object(AMF3Object(sealed: [AMF3Property("", .null)], dynamic: [])), .boolean(true),
            ])
    }
}
