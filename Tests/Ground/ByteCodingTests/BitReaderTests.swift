import ByteCoding
import NIOCore
import Testing

@Suite("Bits")
struct BitReaderTests {
    @Test("Exp-Golomb codes from 0 to the greatest, and none beyond")
    func exponentialGolomb() throws {
        var reader = BitReader(ByteBuffer(bytes: [0b1_010_011_0, 0b0100_0000]))
        #expect(try reader.readUnsignedExponentialGolomb() == 0)
        #expect(try reader.readUnsignedExponentialGolomb() == 1)
        #expect(try reader.readUnsignedExponentialGolomb() == 2)
        #expect(try reader.readUnsignedExponentialGolomb() == 3)
        // 31 zeros, a one, 31 ones.
        reader = BitReader(ByteBuffer(bytes: [0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFE]))
        #expect(try reader.readUnsignedExponentialGolomb() == .max - 1)
        // 32 zeros: what follows would not fit.
        reader = BitReader(ByteBuffer(bytes: [0, 0, 0, 0, 0x80, 0, 0, 0, 0x80]))
        #expect(throws: BitReader.Fault.exponentialGolombTooLong) { try reader.readUnsignedExponentialGolomb() }
    }
}
