/// How much of everything one RTMP connection may ask for.
///
/// Each limit names its unit, its default and what other servers do. Exceeding one is an `RTMPFault`.
public struct RTMPLimits: Sendable, Equatable {
    /// The longest audio, video or aggregate message, in bytes.
    ///
    /// Default 8 MiB: a key frame of 4K intra coding has room. The format allows 16,777,215; nginx-rtmp takes 1 MB,
    /// gortmplib 10 MB, OvenMediaEngine 20 MB.
    public var mediaMessageBytes = 8 * 1024 * 1024
    /// The longest data or shared object message, and the longest message of an unknown type, in bytes.
    ///
    /// Default 1 MiB.
    public var dataMessageBytes = 1024 * 1024
    /// The longest command message, in bytes.
    ///
    /// Default 64 KiB: real commands stay below 2 KiB.
    public var commandMessageBytes = 64 * 1024
    /// The longest protocol control or user control message, in bytes.
    ///
    /// Default 1 KiB: the longest one known, the answer to an SWF verification, has 44.
    public var controlMessageBytes = 1024
    /// Declared bytes of all unfinished messages of a connection together.
    ///
    /// Default 16 MiB: two longest messages at once. Without it 64 chunk streams could each hold an unfinished message
    /// of 16 MB.
    public var unfinishedMessageBytes = 16 * 1024 * 1024
    /// Chunk streams that a peer may use in the life of a connection.
    ///
    /// Default 64: real peers use up to 6; nginx-rtmp allows 32.
    public var chunkStreams = 64
    /// Chunks that one message may come in.
    ///
    /// Default 131,072: what the longest possible message needs at the default chunk size of 128. It bounds the work
    /// that a chunk size of 1 makes, which the specification allows.
    public var chunksPerMessage = 131_072
    /// Message streams that may be open at a time on a connection.
    ///
    /// Default 16; nginx-rtmp allows 32.
    public var messageStreams = 16
    /// Messages in one aggregate message.
    ///
    /// Default 4,096: Flash Media Server puts in some dozens.
    public var messagesPerAggregate = 4096
    /// The smallest acknowledgement window that is obeyed, and the fewest bytes that are acknowledged, in bytes; smaller
    /// windows count as this.
    ///
    /// Default 1 KiB: with a window of 1 each read would be answered, and two such peers would never fall silent.
    /// ZLMediaKit acknowledges 32 KiB at the least, so that who waits within a smaller window waits for ever.
    public var smallestAcknowledgementWindow: UInt32 = 1024

    /// Makes the default limits.
    public init() {}

    /// The longest message of `type`, in bytes.
    public func messageBytes(of type: RTMPMessageType) -> Int {
        switch type {
        case .audio, .video, .aggregate:
            mediaMessageBytes
        case .command, .commandAMF3:
            commandMessageBytes
        case .setChunkSize, .abort, .acknowledgement, .userControl, .windowAcknowledgementSize, .setPeerBandwidth:
            controlMessageBytes
        default:
            dataMessageBytes
        }
    }
}
