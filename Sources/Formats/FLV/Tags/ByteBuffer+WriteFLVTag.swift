import ByteCoding
public import NIOCore

extension ByteBuffer {
    /// Appends a tag whose body is `prefix` and `payload`, one after the other, and its `PreviousTagSize`.
    ///
    /// Writes nothing and returns `false` when the body is longer than 24 bits can say.
    @discardableResult
    public mutating func writeFLVTag(
        type: FLVTagType, timestampMilliseconds: UInt32, prefix: ByteBuffer = ByteBuffer(), payload: ByteBuffer
    ) -> Bool {
        let length = prefix.readableBytes + payload.readableBytes
        guard length <= FLVTagHeader.longestBody else { return false }
        reserveCapacity(minimumWritableBytes: FLVTagHeader.length + length + FLVTagHeader.trailerLength)
        // Type and length fill four bytes; so do the timestamp, its high byte last, and then three of stream id 0.
        writeMultipleIntegers(
            UInt32(type.rawValue) << 24 | UInt32(truncatingIfNeeded: length),
            timestampMilliseconds << 8 | timestampMilliseconds >> 24)
        writeUInt24(0)
        writeImmutableBuffer(prefix)
        writeImmutableBuffer(payload)
        writeInteger(UInt32(truncatingIfNeeded: FLVTagHeader.length + length))
        return true
    }

    /// Appends a tag and its `PreviousTagSize`; `false` when its body is too long.
    @discardableResult
    public mutating func writeFLVTag(_ tag: FLVTag) -> Bool {
        writeFLVTag(type: tag.type, timestampMilliseconds: tag.timestampMilliseconds, payload: tag.body)
    }

    /// Appends a tag of parts and its `PreviousTagSize`; `false` when its body is too long.
    @discardableResult
    public mutating func writeFLVTag(_ parts: FLVTagParts) -> Bool {
        writeFLVTag(
            type: parts.type, timestampMilliseconds: parts.timestampMilliseconds, prefix: parts.prefix,
            payload: parts.payload)
    }
}
