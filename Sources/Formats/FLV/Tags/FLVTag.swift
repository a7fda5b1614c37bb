public import NIOCore

/// One tag of an FLV file; its body is that of an RTMP message (FLV 10.1 §E.4.1).
public struct FLVTag: Sendable, Equatable {
    /// What the body is.
    public var type: FLVTagType
    /// When the body is to be decoded, in milliseconds modulo 2^32.
    public var timestampMilliseconds: UInt32
    /// The tag's data, a slice of what was read.
    public var body: ByteBuffer

    /// Makes a tag.
    public init(type: FLVTagType, timestampMilliseconds: UInt32, body: ByteBuffer) {
        self.type = type
        self.timestampMilliseconds = timestampMilliseconds
        self.body = body
    }
}
