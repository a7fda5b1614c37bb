import MediaModel
import NIOCore

/// The times of the frames of one track in a file without end, each known as the frame comes.
///
/// Times are those of the stream's own timeline, so that a viewer who starts late starts at the time where it starts.
/// Sound is counted in samples, as in segments.
struct FrameTimes: Sendable {
    /// How far the count of samples may run from the source's times, in shares of a frame: nine tenths.
    ///
    /// Media Source Extensions take a step of more than two frames for a break, after which they want a sync frame of every
    /// track (§3.5.8). A correction of less than a frame is none.
    private static let longestDrift = (numerator: Int64(9), denominator: Int64(10))
    /// The bounds of that, in milliseconds: the jitter of encoders, and what is heard as out of sync.
    private static let driftBounds: ClosedRange<Int64> = 10...TrackClock.longestDriftMilliseconds

    /// How long a picture is said to last at least, and at most: 100 and 500 ms.
    ///
    /// Nobody knows how long it lasts before the next has come, and waiting for that would delay every picture by one. So
    /// it is said to last as long as the one before. A next one that comes sooner takes its place; one that comes more
    /// than twice as late is a break to Media Source Extensions, and 100 ms keep a few missing pictures from being one.
    /// The most keeps a pause from being taken for what follows.
    private static let pictureMilliseconds: ClosedRange<Int64> = 100...500
    /// How long a frame of sound lasts where nothing tells: 20 ms.
    private static let usualFrame: Int64 = 20

    let track: Track
    /// The unit of the times.
    let timescale: Timescale
    private let longestDriftMilliseconds: Int64
    private var clock: TrackClock?
    private var last: Int64?
    /// How far the two newest frames are apart.
    private var lastStep: Int64?

    /// A frame's time and how long it is said to last, in ticks of `timescale`.
    struct Placement: Equatable {
        var decodeTime: Int64
        var duration: UInt32
    }

    init(_ track: Track) {
        self.track = track
        let timescale = TrackClock.outputTimescale(for: track)
        self.timescale = timescale
        let samples = track.configuration.audio?.samplesPerFrame
        let frame = samples.map { timescale.convert(Int64($0), to: .milliseconds) } ?? Self.usualFrame
        let drift = frame * Self.longestDrift.numerator / Self.longestDrift.denominator
        longestDriftMilliseconds = min(max(drift, Self.driftBounds.lowerBound), Self.driftBounds.upperBound)
    }

    /// Places the next frame, or returns `nil` where the source has gone far back in time.
    mutating func place(_ frame: MediaFrame) -> Placement? {
        var clock =
            self.clock
            ?? TrackClock(
                track, timescale: timescale, sourceOrigin: frame.decodeTime,
                origin: track.timescale.convert(frame.decodeTime, to: timescale),
                longestDriftMilliseconds: longestDriftMilliseconds)
        guard let time = clock.time(of: frame.decodeTime), time >= 0 else { return nil }
        let length = clock.length(of: frame.payload)
        clock.take(time, length: length)
        self.clock = clock
        if let last { lastStep = time.subtractingClamped(last) }
        last = time
        return Placement(decodeTime: time, duration: UInt32(clamping: length ?? expectedLength))
    }

    private var expectedLength: Int64 {
        let bounds = Self.pictureMilliseconds
        let (least, most) = (ticks(bounds.lowerBound), ticks(bounds.upperBound))
        guard track.kind == .video else { return min(lastStep ?? ticks(Self.usualFrame), most) }
        return min(max(lastStep ?? least, least), most)
    }

    private func ticks(_ milliseconds: Int64) -> Int64 {
        Timescale.milliseconds.convert(milliseconds, to: timescale)
    }
}
