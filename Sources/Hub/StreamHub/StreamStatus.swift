public import MediaModel
public import NIOCore
public import StreamHealth

/// A live stream as it is at one moment.
public struct StreamStatus: Sendable {
    /// What viewers were given since somebody first had an interest in the stream, counted once for each viewer.
    public struct Delivery: Hashable, Sendable {
        /// Frames.
        public var frames: Int
        /// Bytes on the wire.
        public var bytes: Int
        /// Frames that viewers were too slow for.
        public var lostFrames: Int

        /// Makes a count.
        public init(frames: Int = 0, bytes: Int = 0, lostFrames: Int = 0) {
            self.frames = frames
            self.bytes = bytes
            self.lostFrames = lostFrames
        }
    }

    /// The stream's name.
    public var path: StreamPath
    /// Whether it has a publisher now; otherwise its publisher vanished, and may return.
    public var isPublished: Bool
    /// For how long it has been live.
    public var age: TimeAmount
    /// What the publisher says of it.
    public var metadata: DataMessage?
    /// What was measured of it and its tracks.
    public var figures: StreamFigures
    /// The moment of `figures`, in milliseconds of the clock of the measurement.
    public var measuredAt: Int64
    /// What viewers were given.
    public var delivery: Delivery
    /// Tracks that an output leaves out, by the output's name.
    public var omissions: [String: [TrackOmission]]
}

/// A track that an output of a stream leaves out.
public struct TrackOmission: Hashable, Sendable {
    /// Which track.
    public var track: Track.ID
    /// Why, in words for who runs the server.
    public var reason: String

    /// Makes an account of a track that is left out.
    public init(track: Track.ID, reason: String) {
        self.track = track
        self.reason = reason
    }
}

extension LiveStream {
    /// The stream as it is now; `nil` when it is no longer live.
    ///
    /// Made on the stream's home loop.
    public func status() -> EventLoopFuture<StreamStatus?> {
        home.submit { self.statusOnHome }
    }

    /// Notes which tracks an output of the stream leaves out; what was noted for that output before is forgotten.
    ///
    /// - Parameter output: the output's name, such as `hls`.
    public func noteOmissions(_ omissions: [TrackOmission], by output: String) {
        onHome { $0.noteOmissions(omissions, by: output) }
    }
}

extension StreamRegistry {
    /// The state of the streams, in their order; those that have ended meanwhile are left out.
    public func statuses(of streams: [LiveStream]) async -> [StreamStatus] {
        let statuses = await PortionedReading.read(streams, on: \.home) { $0.statusOnHome }
        return statuses.compactMap { $0.flatMap { $0 } }
    }
}

extension NIODeadline {
    /// Whole milliseconds.
    var milliseconds: Int64 { Int64(clamping: uptimeNanoseconds / 1_000_000) }
}
