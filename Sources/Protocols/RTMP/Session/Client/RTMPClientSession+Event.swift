extension RTMPClientSession {
    /// What a server did that concerns the owner of the session.
    public enum Event: Sendable, Equatable {
        /// The server accepted the connection and said this about Enhanced RTMP.
        case connected(RTMPCapabilities)
        /// The server accepted the publish: media may be sent.
        case publishStarted(messageStreamID: UInt32)
        /// The server accepted the play: media follows.
        case playStarted(messageStreamID: UInt32)
        /// Media and data messages of a play, in the order of the wire: all that one `receive` brought, as far as no
        /// other event came between.
        case media([RTMPMedia])
        /// A status that neither starts nor ends anything, such as `NetStream.Play.PublishNotify`.
        case status(messageStreamID: UInt32, RTMPStatus)
        /// The server asks to connect anew, to the same stream at this place, which may be the one of now (Enhanced RTMP
        /// v2, reconnect request).
        ///
        /// It goes on serving meanwhile: make the new connection, move over, then close this one. A place that is no
        /// RTMP URL comes as `.status`.
        case reconnectRequested(RTMPURL, description: String)
        /// The server answered a `ping`, with the timestamp of it.
        case pongReceived(timestamp: UInt32)
        /// The server refused or ended what was asked of it; `.close` follows.
        case failed(code: RTMPStatusCode, description: String)
        /// The stream that was played came to its end, or the publish was ended in good order.
        case ended(messageStreamID: UInt32)
    }
}
