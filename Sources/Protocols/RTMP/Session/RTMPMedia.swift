public import NIOCore

/// A message that carries media or data about it, in the form in which FLV tags carry it too.
public struct RTMPMedia: Sendable, Equatable {
    /// What the payload is.
    public enum Kind: UInt8, Sendable {
        /// The body of an FLV audio tag.
        case audio = 8
        /// The body of an FLV video tag.
        case video = 9
        /// AMF0 values that begin with a name such as `onMetaData`; never `@setDataFrame`.
        case data = 18
    }

    /// What the payload is.
    public var kind: Kind
    /// Milliseconds on the sender's timeline, modulo 2^32.
    public var timestamp: UInt32
    /// The message stream that it belongs to: that of the publish or play, whatever the sender wrote.
    public var messageStreamID: UInt32
    /// The body.
    ///
    /// A slice of the bytes that the socket delivered where it lay in one chunk.
    public var payload: ByteBuffer

    /// Makes a media message.
    public init(kind: Kind, timestamp: UInt32, messageStreamID: UInt32, payload: ByteBuffer) {
        self.kind = kind
        self.timestamp = timestamp
        self.messageStreamID = messageStreamID
        self.payload = payload
    }
}
