extension RTMPClientSession {
    /// What the owner of the session wants.
    ///
    /// `publish` and `play` may come at once: they wait until the server has accepted the connection.
    public enum Command: Sendable, Equatable {
        /// Publishes: releaseStream, FCPublish, createStream, publish. `.publishStarted` or `.failed` answers.
        case publish(name: String, kind: PublishRequest.Kind = .live)
        /// Plays: createStream, SetBufferLength, play. `.playStarted` or `.failed` answers.
        case play(name: String, start: PlayRequest.Start = .liveOrRecorded)
        /// Sends a media or data message on the message stream that it names, if that is published.
        ///
        /// Data messages named `onMetaData` are marked for keeping with `@setDataFrame`.
        case send(RTMPMedia)
        /// Pauses a play (`true`) or goes on.
        case pause(messageStreamID: UInt32, Bool)
        /// Ends a publish (FCUnpublish, deleteStream) or a play (deleteStream). `.ended` follows.
        case deleteStream(messageStreamID: UInt32)
        /// Sends a PingRequest.
        case ping(timestamp: UInt32)
        /// Ends everything in good order, then closes.
        case close
    }
}
