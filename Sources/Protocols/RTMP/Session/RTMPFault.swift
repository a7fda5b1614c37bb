public import AMF

/// What a peer did against RTMP.
///
/// Each one ends the connection it came on, and no other.
public enum RTMPFault: Error, Equatable, Sendable {
    // MARK: Handshake

    /// The first byte is that of a TLS record (0x16): the peer speaks RTMPS to a plain port.
    case tlsOnPlainPort
    /// The first byte is that of an HTTP method: no RTMP version (RTMP 1.0 §5.2.2 keeps versions below 32 for this).
    case httpRequest(firstByte: UInt8)
    /// C0 or S0 names a version of 32 or more, which RTMP 1.0 §5.2.2 forbids.
    case forbiddenVersion(UInt8)
    /// S0 names another version than 3, the one that was asked for (RTMP 1.0 §5.2.2).
    case unsupportedServerVersion(UInt8)
    /// C0 asks for encrypted RTMP (RTMPE), and this session offers none; the value is its version, 6, 8 or 9.
    case encryptionNotOffered(version: UInt8)
    /// C1 or S1 of encrypted RTMP carries no digest that holds.
    case digestMissing
    /// A public key of encrypted RTMP that is none: 0, 1, p − 1, p or more.
    case publicKeyOutOfRange
    /// The public keys of encrypted RTMP came to no secret.
    case keyAgreementFailed

    // MARK: Chunk stream

    /// The first chunk on a chunk stream is of type 2 or 3 and leaves its length and type open (RTMP 1.0 §5.3.1.2).
    case chunkStreamNotOpened(chunkStreamID: UInt32, chunkType: UInt8)
    /// A chunk of type 0, 1 or 2 where an unfinished message must go on with type 3 (RTMP 1.0 §5.3.1.2).
    case headerInsideMessage(chunkStreamID: UInt32, chunkType: UInt8)
    /// More chunk streams than `RTMPLimits.chunkStreams`; the value is the one too many.
    case tooManyChunkStreams(chunkStreamID: UInt32)
    /// A message longer than `RTMPLimits` allows for its type.
    case messageTooLong(type: RTMPMessageType, bytes: Int)
    /// Unfinished messages of together more than `RTMPLimits.unfinishedMessageBytes`; the value is their sum.
    case unfinishedMessagesTooLong(bytes: Int)
    /// A message in more chunks than `RTMPLimits.chunksPerMessage`.
    case tooManyChunksInMessage(type: RTMPMessageType)

    // MARK: Control and aggregate messages

    /// Set Chunk Size with 0 or with the top bit set (RTMP 1.0 §5.4.1).
    case chunkSizeOutOfRange(UInt32)
    /// A protocol control or user control message without all of its fields (RTMP 1.0 §5.4, §6.2).
    case controlMessageTooShort(type: RTMPMessageType, bytes: Int)
    /// A message within an aggregate message that claims more bytes than the aggregate has (RTMP 1.0 §7.1.6).
    case aggregatePartTooLong(bytes: Int)
    /// A protocol control message or another aggregate within an aggregate message (RTMP 1.0 §7.1.6).
    case forbiddenInAggregate(RTMPMessageType)
    /// More messages in an aggregate than `RTMPLimits.messagesPerAggregate`.
    case tooManyMessagesInAggregate

    // MARK: Conversation

    /// A command whose AMF values cannot be read (RTMP 1.0 §7.1.1).
    case malformedCommand(AMFFault)
    /// A command message that does not begin with a name (RTMP 1.0 §7.1.1).
    case commandWithoutName
    /// A command in the AMF3 form with a format selector other than 0, which nothing defines.
    case unknownFormatSelector(UInt8)
    /// Something else than `connect` before the connection was accepted (RTMP 1.0 §7.2.1.1).
    case commandBeforeConnect
    /// A second `connect` on the connection.
    case connectedTwice
    /// `publish` or `play` on a message stream that `createStream` has not opened (RTMP 1.0 §7.2.1.3).
    case messageStreamNotOpened(messageStreamID: UInt32)
    /// `publish` or `play` on a message stream that is published already, or `play` on one that is asked to be.
    case messageStreamInUse(messageStreamID: UInt32)
    /// More message streams open than `RTMPLimits.messageStreams`.
    case tooManyMessageStreams
    /// Audio or video before any `publish`.
    case mediaBeforePublish

    // MARK: Time

    /// The handshake was not complete in time.
    case handshakeTimedOut
    /// `connect` did not come, or was not answered, in time.
    case connectTimedOut
    /// Nothing was published or played, or no such request answered, in time.
    case requestTimedOut
    /// A publisher sent no media in time.
    case mediaTimedOut
}
