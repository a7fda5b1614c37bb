import AMF
import NIOCore
import TestSupport
import Testing

@Suite("References in AMF0 (AMF 0 §2.9)")
struct AMF0ReferenceTests {
    @Test("a reference stands for the complex value of its index, in the order in which they begin")
    func order() throws {
        let values = try AMF0Decoder.decodeAll(
            ByteBuffer(
                hex: """
                    03 0001 61 0a 00000001 05 0001 62 08 00000000 0000 09 0000 09
                    10 0001 43 0000 09
                    07 0000 07 0001 07 0002 07 0003
                    """))
        let object: AMF0Value = ["a": [nil], "b": .ecmaArray([])]
        let typed = AMF0Value.typedObject(className: "C", properties: [])
        #expect(values == [object, typed, object, [nil], .ecmaArray([]), typed])
    }

    @Test("a date, a string and an AMF3 value take no index")
    func simpleValues() throws {
        let values = try AMF0Decoder.decodeAll(
            ByteBuffer(hex: "0b 0000000000000000 0000 02 0001 61 11 09 01 01 0a 00000000 07 0000"))
        #expect(values.last == [])
    }

    @Test("references to references cannot grow a small message into a huge one")
    func doubling() throws {
        // Each array holds the one before it twice: 2^n leaves for n arrays.
        func message(_ levels: Int) -> ByteBuffer {
            var buffer = ByteBuffer(hex: "0a 00000001 05")
            for level in 0..<levels {
                buffer.writeBytes([0x0A, 0, 0, 0, 2, 0x07, 0, UInt8(level), 0x07, 0, UInt8(level)])
            }
            return buffer
        }
        #expect(throws: Never.self) { try AMF0Decoder.decodeAll(message(10)) }
        #expect(throws: AMFFault.tooManyValues(limit: 65_536)) { try AMF0Decoder.decodeAll(message(30)) }
        let limits = AMFLimits(values: .max / 4, repeatedBytes: .max / 4)
        #expect(throws: AMFFault.nestedTooDeep(limit: 8)) {
            try AMF0Decoder.decodeAll(message(30), limits: AMFLimits(depth: 8, values: limits.values))
        }
    }

    @Test("a reference is as deep as what it stands for, which need not be deepest at its end")
    func depth() {
        // Four levels in the first element, two in the second; then under two more.
        let message = ByteBuffer(
            hex: """
                0a 00000002 0a 00000001 0a 00000001 0a 00000001 05 0a 00000000
                0a 00000001 0a 00000001 07 0000
                """)
        #expect(throws: Never.self) { try AMF0Decoder.decodeAll(message, limits: AMFLimits(depth: 6)) }
        #expect(throws: AMFFault.nestedTooDeep(limit: 5)) {
            try AMF0Decoder.decodeAll(message, limits: AMFLimits(depth: 5))
        }
    }

    @Test("references cannot repeat more bytes than the limit")
    func repeatedBytes() {
        var buffer = ByteBuffer(hex: "0a 00000001 02 ffff")
        buffer.writeRepeatingByte(0x61, count: 0xFFFF)
        for _ in 0..<15 { buffer.writeBytes([0x07, 0, 0]) }
        #expect(throws: Never.self) { try AMF0Decoder.decodeAll(buffer) }
        buffer.writeBytes([0x07, 0, 0])
        #expect(throws: AMFFault.referencesRepeatTooMuch(limit: 1_048_576)) { try AMF0Decoder.decodeAll(buffer) }
    }
}
