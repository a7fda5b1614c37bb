public import MediaModel
import NIOCore

/// Measures a stream as its frames go by: rates, spacing of sync frames, gaps, jitter, faults of the timestamps.
///
/// Every frame costs the same, and nothing is allocated for it: a track's few numbers are changed in place, and windows
/// are rings of fixed size. What the numbers mean is for ``HealthJudge``.
public struct StreamMeasurement: Sendable {
    /// One frame as it is measured.
    public struct Sighting: Sendable {
        /// When it came, in milliseconds of any clock that never goes back.
        public var now: Int64
        /// Its decoding time on the stream's timeline, in milliseconds.
        public var time: Int64
        /// Whether the timeline breaks before it.
        public var isBreak: Bool
        /// Whether its time had to be raised so as not to go back.
        public var isRepaired: Bool

        /// Makes a sighting.
        public init(now: Int64, time: Int64, isBreak: Bool = false, isRepaired: Bool = false) {
            self.now = now
            self.time = time
            self.isBreak = isBreak
            self.isRepaired = isRepaired
        }
    }

    private var tracks: [TrackMeasurement] = []
    private var arrivals = RateWindow()
    private var lastArrival: Int64?
    private var firstPosition: Int64?
    private var position: Int64 = 0
    private var jumps = 0

    /// Makes a measurement that has seen nothing.
    public init() {}

    /// These are the tracks from here on; what was measured of those that stay is kept.
    public mutating func setTracks(_ present: [Track]) {
        tracks = present.map { track in
            guard var known = tracks.first(where: { $0.track.id == track.id }) else { return TrackMeasurement(track) }
            known.track = track
            return known
        }
    }

    /// The publisher went and came again: the time between is no gap in what was sent.
    public mutating func resume() {
        lastArrival = nil
        for index in tracks.indices { tracks[index].resume() }
    }

    /// Takes one frame.
    public mutating func see(_ frame: MediaFrame, _ sighting: Sighting) {
        let now = sighting.now
        let goesOn = lastArrival != nil
        let gap = lastArrival.map { now - $0 } ?? 0
        lastArrival = now
        if firstPosition == nil {
            firstPosition = sighting.time
            position = sighting.time
        }
        if sighting.time > position { position = sighting.time }
        if sighting.isBreak {
            // One who comes again has a clock of its own, which is no fault of the encoder.
            if goesOn { jumps += 1 }
            for index in tracks.indices { tracks[index].timelineBreaks() }
        }
        arrivals.add(bytes: frame.payload.readableBytes, gap: gap, position: position, now: now)
        tracks[index(of: frame.track)].see(frame, sighting)
    }

    private mutating func index(of track: Track) -> Int {
        let id = track.id
        for index in tracks.indices where tracks[index].id == id {
            if tracks[index].track !== track { tracks[index].track = track }
            return index
        }
        tracks.append(TrackMeasurement(track))
        return tracks.count - 1
    }

    /// What was measured, as seen at `now` of the clock of the sightings.
    public func figures(at now: Int64) -> StreamFigures {
        let sum = arrivals.sum(at: now)
        let speed: Double? = sum.flatMap { sum in
            sum.advanceTime >= StreamFigures.leastSpeedTime
                ? Double(sum.advance) / Double(sum.advanceTime) : nil
        }
        let tracks = tracks.map { $0.figures(at: now) }
        return StreamFigures(
            tracks: tracks,
            bitsPerSecond: sum.map { $0.bytes * 8 / Int($0.seconds) },
            duration: firstPosition.map { position - $0 } ?? 0,
            silence: lastArrival.map { max(0, now - $0) },
            longestGap: sum.map { max($0.longestGap, lastArrival.map { now - $0 } ?? 0) },
            speed: speed, skew: skew, timestampJumps: jumps)
    }

    /// How far the pictures that came last are ahead of the sound that came last.
    private var skew: Int64? {
        guard let pictures = tracks.first(where: { $0.id.kind == .video })?.lastTime,
            let sound = tracks.first(where: { $0.id.kind == .audio })?.lastTime
        else { return nil }
        return pictures - sound
    }
}

/// What is measured of one track.
struct TrackMeasurement: Sendable {
    let id: Track.ID
    var track: Track
    private(set) var lastTime: Int64?
    private var lastArrival: Int64?
    private var frames = 0
    private var bytes = 0
    private var repairs = 0
    private var window = RateWindow()
    private var keyframes: KeyframeSpacing?
    private var jitter = 0.0
    private var hasReorderedFrames = false

    init(_ track: Track) {
        id = track.id
        self.track = track
        if track.kind == .video { keyframes = KeyframeSpacing() }
    }

    mutating func see(_ frame: MediaFrame, _ sighting: StreamMeasurement.Sighting) {
        let (now, time) = (sighting.now, sighting.time)
        frames &+= 1
        bytes &+= frame.payload.readableBytes
        if sighting.isRepaired { repairs &+= 1 }
        var gap: Int64 = 0
        if let lastArrival {
            gap = now - lastArrival
            if let lastTime, !sighting.isBreak {
                // As RFC 3550 §6.4.1 smooths it, in milliseconds.
                jitter += (Double(abs(gap - (time - lastTime))) - jitter) / 16
            }
        }
        lastArrival = now
        lastTime = time
        window.add(bytes: frame.payload.readableBytes, gap: gap, position: time, now: now)
        if frame.isSync { keyframes?.add(at: time) }
        if frame.compositionOffset != 0 { hasReorderedFrames = true }
    }

    mutating func timelineBreaks() {
        keyframes?.forgetLast()
    }

    mutating func resume() {
        lastArrival = nil
        lastTime = nil
        keyframes?.forgetLast()
    }

    func figures(at now: Int64) -> TrackFigures {
        let sum = window.sum(at: now)
        return TrackFigures(
            track: track, frames: frames, bytes: bytes,
            bitsPerSecond: sum.map { $0.bytes * 8 / Int($0.seconds) },
            frameRate: sum.map { Double($0.frames) / Double($0.seconds) },
            keyframes: keyframes?.figures(at: lastTime ?? 0),
            silence: lastArrival.map { max(0, now - $0) },
            longestGap: sum.map { max($0.longestGap, lastArrival.map { now - $0 } ?? 0) },
            jitter: jitter, timestampRepairs: repairs, hasReorderedFrames: hasReorderedFrames)
    }
}
