public import NIOCore

/// SplitMix64: the same numbers for the same seed, on every platform.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes a generator that says the same for the same `seed` ever after.
    public init(seed: UInt64) {
        state = seed
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// As many random bytes as `counts` allows.
    public mutating func bytes(_ counts: ClosedRange<Int>) -> ByteBuffer {
        let count = Int.random(in: counts, using: &self)
        return ByteBuffer(bytes: (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) })
    }
}

extension ByteBuffer {
    /// Every beginning of the readable bytes, from nothing to one byte short of all.
    public var truncations: [ByteBuffer] {
        (0..<readableBytes).map { getSlice(at: readerIndex, length: $0) ?? ByteBuffer() }
    }

    /// The same bytes with one bit turned over, `bit` counted from the front.
    public func flipping(bit: Int) -> ByteBuffer {
        var copy = self
        let index = readerIndex + bit / 8
        copy.setInteger((getInteger(at: index) ?? 0) ^ (0x80 >> UInt8(bit % 8)), at: index)
        return copy
    }
}
