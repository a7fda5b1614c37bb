import MediaModel

/// A stretch of the stream in which neither the tracks nor the clock change, and the clocks and the segmenter for it.
///
/// Between two epochs there is a discontinuity in every playlist.
struct Epoch {
    /// One track and its place on the output timeline.
    struct Lane {
        let track: Track
        var clock: TrackClock
    }

    private(set) var lanes: [Lane]
    /// The lane whose frames segments begin with.
    let pilot: Int
    /// Where the epoch begins on the output timeline, in ticks of 90 kHz.
    let start: Int64
    /// The wallclock time of `start`, in milliseconds since 1970.
    let wallclock: Int64
    /// How many segments have come of it.
    var segmentCount = 0
    var segmenter: Segmenter

    /// Begins an epoch for `tracks`, with its pilot's time `origin` in the source at `start` on the output timeline.
    init(tracks: [Track], origin: MediaTime, start: Int64, wallclock: Int64, rules: SegmentationRules) {
        lanes = tracks.map { track in
            let timescale = TrackClock.outputTimescale(for: track)
            let clock = TrackClock(
                track, timescale: timescale, sourceOrigin: origin.ticks(of: track.timescale),
                origin: Timescale.mpeg.convert(start, to: timescale))
            return Lane(track: track, clock: clock)
        }
        pilot = tracks.firstIndex { $0.kind == .video } ?? 0
        self.start = start
        self.wallclock = wallclock
        segmenter = Segmenter(lanes: lanes.map(\.clock), pilot: pilot, start: start, rules: rules)
    }

    /// The lane that frames of `track` go into: the track takes part, and decodes as it did at the beginning.
    func lane(of track: Track) -> Int? {
        lanes.firstIndex { $0.track.isSame(as: track) }
    }

    /// Whether the pilot shows pictures, so that the stretch can only be left at a sync frame.
    var hasVideo: Bool { lanes[pilot].track.kind == .video }

    /// Takes a frame of a lane.
    mutating func append(_ frame: MediaFrame, lane index: Int) -> Segmenter.Acceptance {
        guard let time = lanes[index].clock.time(of: frame.decodeTime) else {
            return index == pilot ? .stalled : .outOfReach
        }
        let timescale = lanes[index].clock.timescale
        let sample = TimedSample(
            decodeTime: time, position: timescale.convert(time, to: .mpeg),
            compositionOffset: compositionOffset(of: frame, in: timescale), isSync: frame.isSync,
            isDisposable: frame.isDisposable, payload: frame.payload)
        // Sound from before the first picture has no place; pictures are where the epoch begins.
        guard sample.position >= start else { return .early }
        let acceptance = segmenter.append(sample, lane: index)
        if case .accepted = acceptance { lanes[index].clock.take(time) }
        return acceptance
    }

    /// The offset in ticks of the lane, within what keeps every presentation time positive.
    private func compositionOffset(of frame: MediaFrame, in timescale: Timescale) -> Int32 {
        let offset = frame.track.timescale.convert(Int64(frame.compositionOffset), to: timescale)
        let bound = timescale.ticksPerSecond * SegmentPackager.timelineOriginSeconds
        return Int32(clamping: min(max(offset, -bound), bound))
    }
}
