import MediaModel
import NIOCore

/// The frames that wait for an epoch to begin, until it is known which tracks take part.
///
/// Pictures are kept from their first sync frame on. The epoch can begin when every expected track has sent something,
/// or has been waited for long enough; pictures that flow but have had no sync frame yet are waited for longer.
struct Gathering {
    struct Entry {
        let frame: MediaFrame
        let wallclock: Int64
    }

    private(set) var entries: [Entry] = []
    private var bytes = 0
    private var firstWallclock: Int64?
    private var firstTime: MediaTime?
    private var latestTime: MediaTime?
    private var present: Set<Track.ID> = []
    /// The tracks of pictures that flow but have had no sync frame yet.
    private var awaitingSync: Set<Track.ID> = []

    /// Keeps a frame, or returns `false` for one that no decoder could begin with.
    mutating func append(_ frame: MediaFrame, wallclock: Int64) -> Bool {
        let time = MediaTime(frame.decodeTime, frame.track.timescale)
        if firstWallclock == nil { firstWallclock = wallclock }
        if firstTime == nil { firstTime = time }
        latestTime = time
        if frame.track.kind == .video, !present.contains(frame.track.id) {
            guard frame.isSync else {
                awaitingSync.insert(frame.track.id)
                return false
            }
        }
        present.insert(frame.track.id)
        entries.append(Entry(frame: frame, wallclock: wallclock))
        bytes += frame.payload.readableBytes
        return true
    }

    /// Whether an epoch can begin with what is there, `expected` being the tracks that were announced.
    func isReady(expected: [Track], configuration: SegmentPackager.Configuration, wallclock: Int64) -> Bool {
        guard !entries.isEmpty else { return false }
        if isFull(configuration) { return true }
        let missing = expected.filter { !present.contains($0.id) }
        if missing.isEmpty { return true }
        let awaitsSync = missing.contains { awaitingSync.contains($0.id) }
        let patience = awaitsSync ? configuration.longest : configuration.trackWait.mpegTicks
        // Either clock will do: a stream may come faster or slower than its own timestamps say.
        let waited = wallclock.subtractingClamped(firstWallclock ?? wallclock)
        return Timescale.milliseconds.convert(waited, to: .mpeg) >= patience || span >= patience
    }

    /// Whether no more may be kept.
    func isFull(_ configuration: SegmentPackager.Configuration) -> Bool {
        bytes > configuration.mostBytesInSegment || entries.count > configuration.mostFramesInSegment
    }

    /// The tracks of `expected` that have sent something.
    func present(of expected: [Track]) -> [Track] {
        expected.filter { present.contains($0.id) }
    }

    /// The time in the source at which an epoch with these frames begins: that of the first frame of `pilot`, or of the
    /// first of other pictures that is shown together with it and decoded earlier.
    ///
    /// Tracks of one encoder may differ in how far they reorder pictures.
    func origin(of pilot: Track, beside tracks: [Track]) -> MediaTime? {
        guard let first = firstFrame(of: pilot) else { return nil }
        var origin = MediaTime(first.decodeTime, pilot.timescale)
        let begun = origin.ticks(of: .mpeg)
        let shown = pilot.timescale.convert(first.presentationTime, to: .mpeg)
        for track in tracks where track !== pilot && track.kind == .video {
            guard let other = firstFrame(of: track) else { continue }
            let time = MediaTime(other.decodeTime, track.timescale)
            let distance = track.timescale.convert(other.presentationTime, to: .mpeg).subtractingClamped(shown)
            let isTogether = (-SegmentationRules.alignment...SegmentationRules.alignment).contains(distance)
            let lead = begun.subtractingClamped(time.ticks(of: .mpeg))
            if isTogether, lead <= SegmentationRules.longestReordering, time < origin { origin = time }
        }
        return origin
    }

    private func firstFrame(of track: Track) -> MediaFrame? {
        entries.first { $0.frame.track === track }?.frame
    }

    private var span: Int64 {
        guard let firstTime, let latestTime else { return 0 }
        return latestTime.ticks(of: .mpeg).subtractingClamped(firstTime.ticks(of: .mpeg))
    }
}
