public import NIOCore

/// How one stream is to be kept and handed out.
public struct StreamSettings: Sendable {
    /// What of the past is kept for a viewer who comes now.
    public struct JoinCache: Sendable {
        /// Bytes of payload from the newest sync frame on; a longer group of pictures is not kept.
        ///
        /// Default 8 MiB.
        public var bytes = 8 << 20
        /// Media time from the newest sync frame on.
        ///
        /// Default 10 s: nobody wants to start further back.
        public var duration = TimeAmount.seconds(10)

        /// Makes bounds with the defaults.
        public init() {}
    }

    /// What happens when somebody publishes a name that has a publisher.
    public enum DuplicatePolicy: Sendable {
        /// The newcomer is refused.
        case reject
        /// The newcomer takes the name over, and the old publisher is sent away.
        case takeover
    }

    /// What is kept for viewers who join; `nil`: nothing, they wait for the next sync frame.
    public var joinCache: JoinCache? = JoinCache()
    /// Who wins a name.
    public var onDuplicate = DuplicatePolicy.reject
    /// How long a stream whose publisher vanished waits for its return, viewers attached.
    ///
    /// Zero: not at all.
    public var resumeWithin = TimeAmount.seconds(10)
    /// How long elements are gathered before they are sent, so that one call carries several.
    ///
    /// Zero: never.
    public var gather = TimeAmount.zero
    /// Bytes of a format that a slow viewer may lag behind.
    ///
    /// Default 8 MiB.
    public var viewerWindowBytes = 8 << 20
    /// Media time that a slow viewer may lag behind.
    ///
    /// Default 10 s.
    public var viewerWindowDuration = TimeAmount.seconds(10)
    /// A viewer who took nothing for so long is closed.
    ///
    /// Default 30 s.
    public var closeStalledViewersAfter = TimeAmount.seconds(30)

    /// Makes settings with the defaults.
    public init() {}

    var viewerWindow: BatchWindow.Limits {
        BatchWindow.Limits(bytes: viewerWindowBytes, milliseconds: viewerWindowDuration.nanoseconds / 1_000_000)
    }
}
