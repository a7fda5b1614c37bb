public import NIOCore

/// Writes single bits, most significant first, and gives back whole bytes: the counterpart of ``BitReader``.
public struct BitWriter: Sendable {
    private var buffer = ByteBuffer()
    private var pending: UInt64 = 0
    private var pendingBits = 0

    /// Makes an empty writer.
    public init() {}

    /// Appends the low `count` bits (0 … 32) of `value`.
    public mutating func write(_ value: UInt32, bits count: Int) {
        assert((0...32).contains(count), "more bits than the value has")
        pending = pending << UInt64(count) | UInt64(value) & ((1 << UInt64(count)) - 1)
        pendingBits += count
        while pendingBits >= 8 {
            pendingBits -= 8
            buffer.writeInteger(UInt8(truncatingIfNeeded: pending >> UInt64(pendingBits)))
        }
    }

    /// Appends one bit.
    public mutating func write(_ flag: Bool) {
        write(flag ? 1 : 0, bits: 1)
    }

    /// Appends zero bits up to the next byte boundary.
    public mutating func alignToByte() {
        if pendingBits > 0 { write(0, bits: 8 - pendingBits) }
    }

    /// What was written, filled up with zero bits to whole bytes.
    public consuming func finish() -> ByteBuffer {
        alignToByte()
        return buffer
    }
}
