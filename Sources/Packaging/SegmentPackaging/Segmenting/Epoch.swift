import M3U8
import MediaModel

/// A stretch of the stream in which neither the tracks nor the clock change, and the clocks and the segmenter for it.
///
/// Between two epochs there is a discontinuity in every playlist.
struct Epoch {
    /// One track and its place on the output timeline.
    struct Lane {
        let track: Track
        var clock: TrackClock
        /// Whether it has had a frame that a decoder can begin with.
        var hasBegun: Bool
        /// Frames per second of pictures, as their first segment has them.
        var frameRate: FrameRate?
    }

    private(set) var lanes: [Lane]
    /// The lane whose frames segments begin with.
    let pilot: Int
    /// Where the epoch begins on the output timeline, in ticks of 90 kHz.
    let start: Int64
    /// Where sound begins, in ticks of 90 kHz: in parts no earlier than the pilot, so that both begin together.
    let soundStart: Int64
    /// The wallclock time of `start`, in milliseconds since 1970.
    let wallclock: Int64
    /// Whether its place on the output timeline is that of the publisher's timestamps.
    let isShared: Bool
    var segmenter: Segmenter
    /// The renditions that carry the lanes.
    var outputs: [RenditionOutput] = []
    /// How many segments have come of it.
    private(set) var segmentCount = 0

    /// Begins an epoch for `tracks`, with its pilot's time `origin` in the source at `start` on the output timeline.
    init(
        tracks: [Track], origin: MediaTime, pilotTime: MediaTime, start: Int64, wallclock: Int64,
        isShared: Bool = false,
        rules: SegmentationRules, configuration: SegmentPackager.Configuration
    ) {
        let pilot = tracks.firstIndex { $0.kind == .video } ?? 0
        lanes = zip(0..., tracks).map { index, track in
            let timescale = TrackClock.outputTimescale(for: track)
            let clock = TrackClock(
                track, timescale: timescale, sourceOrigin: origin.ticks(of: track.timescale),
                origin: Timescale.mpeg.convert(start, to: timescale), isSnapped: isShared)
            return Lane(track: track, clock: clock, hasBegun: index == pilot || track.kind == .audio)
        }
        self.pilot = pilot
        self.start = start
        self.wallclock = wallclock
        let lead = pilotTime.ticks(of: .mpeg).subtractingClamped(origin.ticks(of: .mpeg))
        soundStart = configuration.part > 0 ? start.addingClamped(max(0, lead)) : start
        self.isShared = isShared
        segmenter = Segmenter(lanes: lanes, pilot: pilot, start: start, isInStep: isShared, rules: rules)
        outputs = RenditionOutput.outputs(of: self, configuration)
    }

    /// The lane that frames of `track` go into: the track takes part, and decodes as it did at the beginning.
    func lane(of track: Track) -> Int? {
        lanes.firstIndex { $0.track.isSame(as: track) }
    }

    /// Whether the pilot shows pictures, so that the stretch can only be left at a sync frame.
    var hasVideo: Bool { lanes[pilot].track.kind == .video }

    /// Counts a segment that was published.
    mutating func count(_ draft: SegmentDraft) {
        segmentCount += 1
        for index in lanes.indices where lanes[index].frameRate == nil && lanes[index].track.kind == .video {
            let frames = Int64(draft.lanes[index].count)
            guard frames > 0 else { continue }
            let span = draft.span(of: index, in: self)
            let ticks = max(1, span.end - span.start)
            let thousandths = (frames * 90_000_000 + ticks / 2) / ticks
            lanes[index].frameRate = FrameRate(thousandths: Int(min(thousandths, 1_000_000)))
        }
    }

    /// Takes a frame of a lane.
    mutating func append(_ frame: MediaFrame, lane index: Int) -> Segmenter.Acceptance {
        guard lanes[index].hasBegun || frame.isSync else { return .early }
        guard let time = lanes[index].clock.time(of: frame.decodeTime) else {
            return index == pilot ? .stalled : .outOfReach
        }
        let timescale = lanes[index].clock.timescale
        // Sound from before the first picture has no place. What begins the epoch may round to a tick before it.
        let earliest = lanes[index].track.kind == .audio ? soundStart : start
        guard index == pilot || time >= Timescale.mpeg.convert(earliest, to: timescale) else { return .early }
        let sample = TimedSample(
            decodeTime: time, position: max(start, timescale.convert(time, to: .mpeg)),
            compositionOffset: compositionOffset(of: frame, in: timescale), isSync: frame.isSync,
            isDisposable: frame.isDisposable, payload: frame.payload)
        let length = lanes[index].clock.length(of: frame.payload)
        let acceptance = segmenter.append(sample, length: length, lane: index)
        if case .accepted = acceptance {
            lanes[index].clock.take(time, length: length)
            lanes[index].hasBegun = true
        }
        return acceptance
    }

    /// The offset in ticks of the lane, within what keeps every presentation time positive.
    private func compositionOffset(of frame: MediaFrame, in timescale: Timescale) -> Int32 {
        let offset = frame.track.timescale.convert(Int64(frame.compositionOffset), to: timescale)
        let bound = timescale.ticksPerSecond * SegmentPackager.timelineOriginSeconds
        return Int32(clamping: min(max(offset, -bound), bound))
    }
}
