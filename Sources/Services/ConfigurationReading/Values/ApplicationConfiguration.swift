/// How the streams of one application are kept and handed out.
public struct ApplicationConfiguration: Sendable, Equatable {
    /// What happens when somebody publishes a name that has a publisher.
    public enum DuplicatePolicy: String, Sendable, CaseIterable {
        /// The newcomer is refused.
        case reject
        /// The newcomer takes the name over, and the old publisher is sent away.
        case takeover
    }

    /// Whether streams are recorded, and in what.
    public enum Record: String, Sendable, CaseIterable {
        /// They are not.
        case off
        /// In fragmented MP4.
        case fmp4
        /// In FLV.
        case flv
    }

    /// Whether the newest group of pictures is kept, so that who joins sees a picture at once.
    ///
    /// Default on: without it a viewer waits for the next sync frame.
    public var gopCache = true
    /// Bytes that the cache may hold; a longer group of pictures is not kept.
    ///
    /// Default 8 MiB: ten seconds at 6 Mbit/s.
    public var gopCacheBytes = 8 << 20
    /// Media time that the cache may hold; a longer group of pictures is not kept.
    ///
    /// Default 10 s: nobody wants to start further back.
    public var gopCacheDuration = Duration.seconds(10)
    /// Who wins a name that two publish.
    ///
    /// Default `reject`: nobody loses the air to a stranger.
    public var onDuplicate = DuplicatePolicy.reject
    /// How long a stream whose publisher vanished keeps its viewers and waits for its return; zero: not at all.
    ///
    /// Default 10 s: encoders reconnect within a few seconds.
    public var resumeWithin = Duration.seconds(10)
    /// How long an RTMP player that comes before the publisher waits; zero: not at all.
    ///
    /// Default 10 s: players that come early need not try again.
    public var waitForPublisher = Duration.seconds(10)
    /// How long frames are gathered before they are sent, so that one call to the system carries several.
    ///
    /// Default 0: latency before throughput.
    public var gather = Duration.zero
    /// How much later than it came a publisher's data may be read while no viewer waits for it; zero: never later.
    ///
    /// Default 20 ms: half the work per publisher, and packagers do not notice. With a viewer publishers are read at once,
    /// or, where frames are gathered, within that time.
    public var readPace = Duration.milliseconds(20)
    /// Whether streams are recorded, and in what.
    ///
    /// Default off: what is recorded takes room, and somebody has to want it.
    public var record = Record.off
    /// What becomes of viewers who take less than is sent.
    public var slowViewer = SlowViewer()
    /// Who may publish and play in this application.
    public var auth = Auth()
    /// Who is asked before somebody may publish or play.
    public var admission = Admission()
    /// HTTP Live Streaming.
    public var hls = HLS()
    /// Dynamic Adaptive Streaming over HTTP.
    public var dash = DASH()
    /// What OBS is told to send when it asks for several video tracks.
    public var obsMultitrack = OBSMultitrack()

    /// Makes the configuration of an application that nobody configured.
    public init() {}
}

extension ApplicationConfiguration {
    /// How far a viewer may lag, and for how long.
    ///
    /// Who lags further than the window skips to the newest sync frame; what was skipped is counted.
    public struct SlowViewer: Sendable, Equatable {
        /// Bytes that a viewer may lag behind.
        ///
        /// Default 8 MiB: as much as the GOP cache hands to one who joins.
        public var windowBytes = 8 << 20
        /// Media time that a viewer may lag behind.
        ///
        /// Default 10 s: as much as the GOP cache hands to one who joins.
        public var windowDuration = Duration.seconds(10)
        /// A viewer who took nothing for so long is closed.
        ///
        /// Default 30 s: longer than a phone takes to change its network.
        public var closeAfter = Duration.seconds(30)

        /// Makes the section with its defaults.
        public init() {}
    }

    /// What DASH offers: the segments of HLS, named by a manifest.
    public struct DASH: Sendable, Equatable {
        /// Whether there is a manifest.
        ///
        /// Default on: it names what is there anyway.
        public var isEnabled = true

        /// Makes the section with its defaults.
        public init() {}
    }

    /// What HTTP Live Streaming offers.
    public struct HLS: Sendable, Equatable {
        /// Whether streams are offered as HLS at all.
        ///
        /// Default on.
        public var isEnabled = true
        /// Least length of a segment; one ends with the first sync frame after it.
        ///
        /// Default 2 s: the usual keyframe interval of live encoders.
        public var segment = Duration.seconds(2)
        /// Length of the parts of segments that go out before a segment is whole (Low-Latency HLS); zero for none.
        ///
        /// Default 500 ms: players that know parts stay a second and a half behind, with eight requests a second each; 200 ms
        /// would be 0.6 s and twenty requests.
        public var part = Duration.milliseconds(500)
        /// How much of the past a playlist offers.
        ///
        /// Default 60 s: room to pause and to go back. A stream of 6 Mbit/s takes 90 MB for it: 45 for what playlists list,
        /// and as much for what has left them and can still be had.
        public var window = Duration.seconds(60)
        /// Whether MPEG-TS segments are offered beside fragmented MP4 (`?ts=1`).
        ///
        /// Default on: old television sets know nothing else.
        public var mpegTS = true
        /// Bytes of segments that a stream may keep in memory in each form; older segments leave early, those that have left
        /// the playlists first.
        ///
        /// Default 128 MiB: the window of a stream of 16 Mbit/s, or of one of 8 Mbit/s with what has left its playlists.
        public var memoryBytes = 128 << 20

        /// Makes the section with its defaults.
        public init() {}
    }
}
