public import NIOCore

/// 24-bit big-endian integers: the lengths, timestamps and deltas of RTMP and FLV.
extension ByteBuffer {
    /// Reads a 24-bit big-endian integer, or returns `nil` and moves nothing when fewer than three bytes are readable.
    @inlinable
    public mutating func readUInt24() -> UInt32? {
        guard let value = getUInt24(at: readerIndex) else { return nil }
        moveReaderIndex(forwardBy: 3)
        return value
    }

    /// Gets a 24-bit big-endian integer at `index`, or `nil` when it does not lie within the readable bytes.
    @inlinable
    public func getUInt24(at index: Int) -> UInt32? {
        guard let high = getInteger(at: index, as: UInt16.self), let low = getInteger(at: index + 2, as: UInt8.self)
        else { return nil }
        return UInt32(high) << 8 | UInt32(low)
    }

    /// Reads a 24-bit big-endian two's complement integer (−8,388,608 … 8,388,607), such as a composition time.
    @inlinable
    public mutating func readInt24() -> Int32? {
        readUInt24().map { Int32(bitPattern: $0 << 8) >> 8 }
    }

    /// Writes the low 24 bits of `value`, big-endian.
    @inlinable
    public mutating func writeUInt24(_ value: UInt32) {
        writeMultipleIntegers(UInt16(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value))
    }
}
