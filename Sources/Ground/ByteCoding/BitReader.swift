public import NIOCore

/// Reads single bits, most significant first, from bytes that a peer sent.
///
/// Every read past the end throws; nothing that the bytes say can trap or loop for longer than their own length.
public struct BitReader: Sendable {
    /// What went wrong while reading bits.
    public enum Fault: Error, Equatable, Sendable {
        /// The bytes ended before the value did.
        case endOfData
        /// An Exp-Golomb code with more than 31 leading zero bits: above 2³² − 2, the most that a field may hold (ITU-T H.264
        /// §7.2).
        case exponentialGolombTooLong
    }

    private let bytes: ByteBufferView
    private var bitOffset = 0

    /// Makes a reader over the readable bytes of `buffer`.
    public init(_ buffer: ByteBuffer) {
        bytes = buffer.readableBytesView
    }

    /// How many bits are left.
    public var remainingBits: Int { bytes.count * 8 - bitOffset }

    /// Reads `count` bits (0 … 32) as an unsigned number.
    public mutating func read(_ count: Int) throws(Fault) -> UInt32 {
        guard count <= remainingBits else { throw .endOfData }
        var value: UInt64 = 0
        var left = count
        while left > 0 {
            let byte = bytes[bytes.startIndex + bitOffset >> 3]
            let available = 8 - bitOffset & 7
            let taken = min(left, available)
            let chunk = (UInt64(byte) >> UInt64(available - taken)) & ((1 << UInt64(taken)) - 1)
            value = value << UInt64(taken) | chunk
            bitOffset += taken
            left -= taken
        }
        return UInt32(truncatingIfNeeded: value)
    }

    /// Reads one bit as a truth value.
    public mutating func readFlag() throws(Fault) -> Bool {
        try read(1) == 1
    }

    /// Passes over `count` bits.
    public mutating func skip(_ count: Int) throws(Fault) {
        guard count >= 0, count <= remainingBits else { throw .endOfData }
        bitOffset += count
    }

    /// Passes over the bits up to the next byte boundary.
    public mutating func alignToByte() {
        bitOffset = (bitOffset + 7) & ~7
    }

    /// Reads an unsigned Exp-Golomb code, `ue(v)` (ITU-T H.264 §9.1).
    public mutating func readUnsignedExponentialGolomb() throws(Fault) -> UInt32 {
        var leadingZeros = 0
        while try read(1) == 0 {
            leadingZeros += 1
            guard leadingZeros <= 31 else { throw .exponentialGolombTooLong }
        }
        guard leadingZeros > 0 else { return 0 }
        let suffix = UInt64(try read(leadingZeros))
        return UInt32(truncatingIfNeeded: (1 << UInt64(leadingZeros)) - 1 + suffix)
    }

    /// Reads a signed Exp-Golomb code, `se(v)` (ITU-T H.264 §9.1.1).
    public mutating func readSignedExponentialGolomb() throws(Fault) -> Int32 {
        let code = Int64(try readUnsignedExponentialGolomb())
        let magnitude = (code + 1) / 2
        return Int32(truncatingIfNeeded: code & 1 == 1 ? magnitude : -magnitude)
    }
}
