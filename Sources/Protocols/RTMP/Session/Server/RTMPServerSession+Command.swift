extension RTMPServerSession {
    /// What the owner of the session decides.
    ///
    /// A command that no longer fits, since the request was withdrawn or the message stream is gone, has no effect.
    public enum Command: Sendable, Equatable {
        /// Lets the client connect: window, bandwidth, chunk size, StreamBegin 0, `_result`.
        case acceptConnect(RTMPRequestID)
        /// Refuses the client with `_error`, then closes.
        case rejectConnect(RTMPRequestID, code: RTMPStatusCode, description: String)
        /// Lets the client publish: StreamBegin, `NetStream.Publish.Start`. Headers and metadata that came before follow
        /// as `.media`.
        case acceptPublish(RTMPRequestID)
        /// Refuses the publish with `onStatus`, then closes.
        case rejectPublish(RTMPRequestID, code: RTMPStatusCode, description: String)
        /// Lets the client play: StreamBegin, `NetStream.Play.Reset` if it asked for it, `NetStream.Play.Start`,
        /// `|RtmpSampleAccess`. Media may be written once these bytes are.
        case acceptPlay(RTMPRequestID)
        /// Refuses the play with `onStatus`, then closes.
        case rejectPlay(RTMPRequestID, code: RTMPStatusCode, description: String)
        /// Tells a player that a publisher began: `NetStream.Play.PublishNotify`.
        case notifyPublish(messageStreamID: UInt32)
        /// Tells a player that the publisher ended: StreamEOF, `NetStream.Play.UnpublishNotify`. The play goes on, for a
        /// publisher that comes back; `close` after it for one that does not: FFmpeg and VLC end at either.
        case notifyUnpublish(messageStreamID: UInt32)
        /// Ends an accepted publish with `onStatus`, then closes: OBS notices nothing but a closed connection.
        case endPublish(messageStreamID: UInt32, code: RTMPStatusCode, description: String)
        /// Sends an `onStatus` on a message stream; 0 is the connection itself.
        case sendStatus(messageStreamID: UInt32, code: RTMPStatusCode, description: String)
        /// Asks the client to connect anew (Enhanced RTMP v2, reconnect request), if it said that it can.
        ///
        /// `tcURL` is where to, absolute or relative; `nil` for the same place.
        case requestReconnect(tcURL: String?, description: String)
        /// Sends a PingRequest. Publishers such as OBS never answer: do not draw conclusions from silence.
        case ping(timestamp: UInt32)
        /// Ends the connection once everything queued is sent.
        case close
    }
}
