import ByteCoding
import NIOCore

/// Reads the fields of a parameter set, each with the greatest value that it may have.
struct ParameterSetReader {
    private var bits: BitReader

    /// Makes a reader over a NAL unit, emulation prevention and all.
    init(nalUnit: ByteBuffer) {
        bits = BitReader(nalUnit.withoutEmulationPrevention())
    }

    /// Makes a reader over bytes that stand for themselves, as those of AV1 do.
    init(payload: ByteBuffer) {
        bits = BitReader(payload)
    }

    mutating func bits(_ count: Int) throws(ParameterSetFault) -> UInt32 {
        do throws(BitReader.Fault) { return try bits.read(count) } catch { throw .truncated }
    }

    mutating func byte() throws(ParameterSetFault) -> UInt8 {
        UInt8(truncatingIfNeeded: try bits(8))
    }

    mutating func flag() throws(ParameterSetFault) -> Bool {
        try bits(1) == 1
    }

    /// `ue(v)` of at most `limit`.
    mutating func unsigned(upTo limit: UInt32) throws(ParameterSetFault) -> Int {
        let value: UInt32
        do throws(BitReader.Fault) { value = try bits.readUnsignedExponentialGolomb() } catch { throw .truncated }
        guard value <= limit else { throw .valueOutOfRange(value) }
        return Int(value)
    }

    /// `uvlc()` of AV1 (AV1 §4.10.3): like `ue(v)`, but 32 zeros and more stand for 2³² − 1.
    mutating func unsignedVariableLength() throws(ParameterSetFault) -> UInt32 {
        var leadingZeros = 0
        while !(try flag()) { leadingZeros += 1 }
        guard leadingZeros < 32 else { return .max }
        return UInt32(truncatingIfNeeded: (1 << UInt64(leadingZeros)) - 1 + UInt64(try bits(leadingZeros)))
    }

    /// `se(v)`.
    mutating func signed() throws(ParameterSetFault) -> Int32 {
        do throws(BitReader.Fault) { return try bits.readSignedExponentialGolomb() } catch { throw .truncated }
    }
}
