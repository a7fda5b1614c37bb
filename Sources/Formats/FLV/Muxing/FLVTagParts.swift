public import NIOCore

/// A tag, or an RTMP message, whose body is `prefix` and `payload`: so that the payload need not be copied to get a
/// header in front.
public struct FLVTagParts: Sendable, Equatable {
    /// What the body is.
    public var type: FLVTagType
    /// Decoding time in milliseconds, modulo 2^32.
    public var timestampMilliseconds: UInt32
    /// The audio or video tag header; empty for script data.
    public var prefix: ByteBuffer
    /// The frame, the configuration record or the AMF0 values.
    public var payload: ByteBuffer

    /// Makes a tag of parts.
    public init(type: FLVTagType, timestampMilliseconds: UInt32, prefix: ByteBuffer, payload: ByteBuffer) {
        self.type = type
        self.timestampMilliseconds = timestampMilliseconds
        self.prefix = prefix
        self.payload = payload
    }

    /// Prefix and payload in one, for who needs it.
    public var body: ByteBuffer {
        var body = prefix
        body.writeImmutableBuffer(payload)
        return body
    }
}
