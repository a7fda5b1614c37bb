extension RTMPServerSession {
    /// What a client did that concerns the owner of the session.
    ///
    /// Requests wait for an answer by `perform`; until then the session sets itself no deadline. An end that the owner
    /// asks for is not reported back.
    public enum Event: Sendable, Equatable {
        /// A client wants to connect. Answer with `acceptConnect` or `rejectConnect`.
        case connectRequested(ConnectRequest)
        /// A client wants to publish. Answer with `acceptPublish` or `rejectPublish`.
        case publishRequested(PublishRequest)
        /// A client wants to play. Answer with `acceptPlay` or `rejectPlay`.
        case playRequested(PlayRequest)
        /// The client no longer wants what it asked for; an answer would have no effect.
        case requestWithdrawn(RTMPRequestID)
        /// Media and data messages of accepted publishes, in the order of the wire: all that one `receive` brought, as
        /// far as no other event came between.
        case media([RTMPMedia])
        /// The publisher took back its metadata, `@clearDataFrame` (RTMP 1.0 §7.1.2).
        case metadataCleared(messageStreamID: UInt32)
        /// The client ended an accepted publish; the connection goes on.
        case publishEnded(messageStreamID: UInt32)
        /// The client ended an accepted play; the connection goes on.
        case playEnded(messageStreamID: UInt32)
        /// The player paused (`true`) or goes on; it has been told that it did.
        case paused(messageStreamID: UInt32, Bool)
        /// The player seeks, and has been told that it may go on. Go on with a sync frame: it has thrown away what it had.
        case sought(messageStreamID: UInt32)
        /// The player wants audio (`true`, as at the start) or not.
        case audioWanted(messageStreamID: UInt32, Bool)
        /// The player wants video (`true`, as at the start) or not. Go on with a key frame.
        case videoWanted(messageStreamID: UInt32, Bool)
        /// The client answered a `ping`, with the timestamp of it.
        case pongReceived(timestamp: UInt32)
        /// The client broke the rules of the conversation and was told so in RTMP; `.close` follows.
        ///
        /// Faults that leave nothing to say, as those of the chunk stream, are thrown instead.
        case faulted(RTMPFault)
    }
}
