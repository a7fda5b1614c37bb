import AMF
import NIOCore
import TestSupport
import Testing

@Suite("References in AMF3 (AMF 3 §2.2)")
struct AMF3ReferenceTests {
    @Test("strings are referred to in the order in which they came, the empty one not counted")
    func strings() throws {
        let values = try AMF3Decoder.decodeAll(ByteBuffer(hex: "06 03 61 06 01 06 03 62 06 00 06 02"))
        #expect(values == ["a", "", "b", "a", "b"].map(AMF3Value.string))
    }

    @Test("every complex value takes an index when it begins")
    func complexValues() throws {
        let complex = "08 01 0000000000000000  07 03 61  0b 03 62  0c 03 63  0d 01 00  0e 01 00  0f 01 00  11 01 00"
        let references = "08 02  07 04  0b 06  0c 08  0d 0a  0e 0c  0f 0e  11 10"
        let values = try AMF3Decoder.decodeAll(ByteBuffer(hex: "09 03 01 0a 0b 01 01 \(complex) 09 00 0a 02"))
        #expect(values.first == values[values.count - 2])
        #expect(values.last == .object(AMF3Object()))
        let repeated = try AMF3Decoder.decodeAll(ByteBuffer(hex: "09 01 01 \(complex) \(references)"))
        #expect(Array(repeated[1...8]) == Array(repeated[9...16]))
    }

    @Test("traits are referred to, with the values following")
    func traits() throws {
        let bytes = ByteBuffer(hex: "0a 13 03 43 03 61 04 01  0a 01 04 02")
        let values = try AMF3Decoder.decodeAll(bytes)
        func object(_ number: Int32) -> AMF3Value {
            .object(AMF3Object(className: "C", sealed: [AMF3Property("a", .integer(number))], dynamic: nil))
        }
        #expect(values == [object(1), object(2)])
        var written = ByteBuffer()
        written.writeAMF3(values)
        #expect(written == bytes)
    }

    @Test("only text of the same bytes is referred to, not what looks alike")
    func composedAndDecomposed() throws {
        let values: [AMF3Value] = [.string("\u{E9}"), .string("e\u{301}")]
        var buffer = ByteBuffer()
        buffer.writeAMF3(values)
        #expect(buffer.hex == "0605c3a9" + "060765cc81")
    }

    @Test("the tables of a message go on from one AVM+ value to the next")
    func acrossAMF0() throws {
        let values = try AMF0Decoder.decodeAll(ByteBuffer(hex: "11 06 03 61  05  11 06 00"))
        #expect(values == [.avmPlus(.string("a")), nil, .avmPlus(.string("a"))])
    }

    @Test("an AVM+ value is written so that it does not matter whether the tables go on")
    func withinAMF0() {
        let value = AMF0Value.avmPlus(.array(dense: [.string("a"), .string("a")], associative: []))
        var buffer = ByteBuffer()
        buffer.writeAMF0([value, value])
        #expect(buffer.hex == String(repeating: "11" + "090501" + "060361" + "060361", count: 2))
    }

    @Test("references cannot grow a small message into a huge one")
    func doubling() {
        func message(_ levels: Int) -> ByteBuffer {
            var buffer = ByteBuffer(hex: "09 03 01 01")
            for level in 0..<levels {
                buffer.writeBytes([0x09, 0x05, 0x01, 0x09, UInt8(level << 1), 0x09, UInt8(level << 1)])
            }
            return buffer
        }
        #expect(throws: Never.self) { try AMF3Decoder.decodeAll(message(10)) }
        #expect(throws: AMFFault.tooManyValues(limit: 65_536)) { try AMF3Decoder.decodeAll(message(30)) }
    }

    @Test("strings and traits cannot be repeated beyond the limit")
    func repeatedBytes() {
        let limits = AMFLimits(repeatedBytes: 5)
        #expect(throws: Never.self) {
            try AMF3Decoder.decodeAll(ByteBuffer(hex: "06 05 6161 06 00 06 00"), limits: limits)
        }
        #expect(throws: AMFFault.referencesRepeatTooMuch(limit: 5)) {
            try AMF3Decoder.decodeAll(ByteBuffer(hex: "06 05 6161 06 00 06 00 06 00"), limits: limits)
        }
        #expect(throws: AMFFault.referencesRepeatTooMuch(limit: 5)) {
            try AMF3Decoder.decodeAll(ByteBuffer(hex: "0a 13 05 4343 03 61 01  0a 01 01  0a 01 01"), limits: limits)
        }
    }
}
