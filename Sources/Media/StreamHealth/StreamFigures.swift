public import MediaModel

/// What was measured of a stream; times are in milliseconds unless a name says otherwise.
public struct StreamFigures: Sendable {
    /// Media must have come for so long before its speed is told: five seconds.
    static let leastSpeedTime: Int64 = 5_000

    /// What was measured of each track, in the order in which the publisher named them.
    public var tracks: [TrackFigures]
    /// Payload bits per second of all tracks, over the latest ten seconds; `nil` until a whole second was seen.
    public var bitsPerSecond: Int?
    /// Media time from the first frame to the furthest.
    public var duration: Int64
    /// Time since the last frame of any track; `nil` before the first.
    public var silence: Int64?
    /// The longest time without a frame in the latest ten seconds.
    public var longestGap: Int64?
    /// Media time for each second of the clock, 1 for a publisher that keeps up; `nil` until that can be told.
    public var speed: Double?
    /// How far the pictures that came last are ahead of the sound that came last; negative when behind.
    public var skew: Int64?
    /// How often the timeline broke.
    public var timestampJumps: Int

    /// Makes figures.
    public init(
        tracks: [TrackFigures] = [], bitsPerSecond: Int? = nil, duration: Int64 = 0, silence: Int64? = nil,
        longestGap: Int64? = nil, speed: Double? = nil, skew: Int64? = nil, timestampJumps: Int = 0
    ) {
        self.tracks = tracks
        self.bitsPerSecond = bitsPerSecond
        self.duration = duration
        self.silence = silence
        self.longestGap = longestGap
        self.speed = speed
        self.skew = skew
        self.timestampJumps = timestampJumps
    }
}

/// What was measured of a track; times are in milliseconds.
public struct TrackFigures: Sendable {
    /// The track as it is now.
    public var track: Track
    /// Frames since the stream began.
    public var frames: Int
    /// Payload bytes since the stream began.
    public var bytes: Int
    /// Payload bits per second over the latest ten seconds; `nil` until a whole second was seen.
    public var bitsPerSecond: Int?
    /// Frames per second, over the same time.
    public var frameRate: Double?
    /// How far apart sync frames are; `nil` for sound, and before the first.
    public var keyframes: KeyframeFigures?
    /// Time since the last frame; `nil` before the first.
    public var silence: Int64?
    /// The longest time without a frame in the latest ten seconds.
    public var longestGap: Int64?
    /// How unevenly frames arrive compared with their times (RFC 3550 §6.4.1).
    public var jitter: Double
    /// Frames whose time had to be raised so as not to go back.
    public var timestampRepairs: Int
    /// Whether frames are shown in another order than they are decoded.
    public var hasReorderedFrames: Bool

    /// Makes figures.
    public init(
        track: Track, frames: Int = 0, bytes: Int = 0, bitsPerSecond: Int? = nil, frameRate: Double? = nil,
        keyframes: KeyframeFigures? = nil, silence: Int64? = nil, longestGap: Int64? = nil, jitter: Double = 0,
        timestampRepairs: Int = 0, hasReorderedFrames: Bool = false
    ) {
        self.track = track
        self.frames = frames
        self.bytes = bytes
        self.bitsPerSecond = bitsPerSecond
        self.frameRate = frameRate
        self.keyframes = keyframes
        self.silence = silence
        self.longestGap = longestGap
        self.jitter = jitter
        self.timestampRepairs = timestampRepairs
        self.hasReorderedFrames = hasReorderedFrames
    }
}

/// What the kernel knows of a publisher's or viewer's line (TCP_INFO); times are in milliseconds.
public struct LineFigures: Hashable, Sendable {
    /// The smoothed time of a round trip; for one who only receives, as the receiver sees it.
    public var roundTrip: Double
    /// How much that varies.
    public var roundTripVariation: Double
    /// Segments that were sent.
    public var segmentsSent: Int
    /// Segments that had to be sent again.
    public var segmentsRetransmitted: Int
    /// Segments that came.
    public var segmentsReceived: Int
    /// Segments that came out of order: what a loss looks like to who receives.
    public var segmentsOutOfOrder: Int
    /// Bytes per second that the line took when it was full; `nil` while that is not known.
    public var deliveryBytesPerSecond: Int?
    /// Bytes that were handed over, and that the peer has not acknowledged.
    public var unacknowledgedBytes: Int

    /// Makes figures.
    public init(
        roundTrip: Double = 0, roundTripVariation: Double = 0, segmentsSent: Int = 0, segmentsRetransmitted: Int = 0,
        segmentsReceived: Int = 0, segmentsOutOfOrder: Int = 0, deliveryBytesPerSecond: Int? = nil,
        unacknowledgedBytes: Int = 0
    ) {
        self.roundTrip = roundTrip
        self.roundTripVariation = roundTripVariation
        self.segmentsSent = segmentsSent
        self.segmentsRetransmitted = segmentsRetransmitted
        self.segmentsReceived = segmentsReceived
        self.segmentsOutOfOrder = segmentsOutOfOrder
        self.deliveryBytesPerSecond = deliveryBytesPerSecond
        self.unacknowledgedBytes = unacknowledgedBytes
    }
}
