public import NIOCore

/// One RTMP message: what chunks carry (RTMP 1.0 §4, §6.1).
public struct RTMPMessage: Sendable, Equatable {
    /// What the payload is.
    public var type: RTMPMessageType
    /// Milliseconds on the sender's timeline, modulo 2^32.
    ///
    /// Means nothing on protocol control messages.
    public var timestamp: UInt32
    /// The message stream: 0 for the connection itself, otherwise what `createStream` returned.
    public var messageStreamID: UInt32
    /// The body, often a slice of the bytes that the socket delivered.
    public var payload: ByteBuffer

    /// Makes a message.
    public init(type: RTMPMessageType, timestamp: UInt32, messageStreamID: UInt32, payload: ByteBuffer) {
        self.type = type
        self.timestamp = timestamp
        self.messageStreamID = messageStreamID
        self.payload = payload
    }
}
