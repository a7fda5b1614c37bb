import CodecParsing
import ISOBMFF
public import MediaModel
public import NIOCore

/// Writes a stream as a fragmented MP4 file with all of its tracks, a fragment for some group of frames.
///
/// The file begins with its first fragment, with the tracks that are known by then, at time 0. Frames last until the next
/// of their track, so the newest frame of each track waits for the fragment after the one in which it came.
public struct GroupedMP4Muxer: Sendable {
    /// How long a last frame lasts where neither its coding nor the one before tells: 20 ms.
    private static let usualMilliseconds: Int64 = 20

    private struct Lane {
        let track: Track
        var clock: TrackClock
        var samples: [TimedSample] = []
        /// How long the newest frame lasts, where its coding tells.
        var lastLength: Int64?
        /// How far the two newest frames are apart.
        var lastStep: Int64?

        /// How long the newest frame probably lasts.
        var expectedLength: Int64 {
            lastLength ?? lastStep ?? Timescale.milliseconds.convert(usualMilliseconds, to: clock.timescale)
        }
    }

    /// The tracks of the stream that go into the file; what is set behind its beginning is without effect.
    public var tracks: [Track]
    private var lanes: [Lane] = []
    /// What came since the last fragment.
    private var group: [MediaFrame] = []
    private var sequenceNumber: UInt32 = 0
    /// Where the last fragment ends, in milliseconds.
    private var endMilliseconds: Int64 = 0

    /// Makes the muxer of a file.
    ///
    /// - Parameter tracks: what goes into it; each must be one that the container can carry.
    public init(tracks: [Track] = []) {
        self.tracks = tracks
    }

    /// Why fragmented MP4 cannot carry a track; `nil` when it can.
    public static func reason(against track: Track) -> PackagingOmission? {
        FragmentedMP4Writer.reason(against: track)
    }

    /// Whether the file has begun, and its tracks are fixed.
    public var hasBegun: Bool { !lanes.isEmpty }

    /// Whether the file has, or can still have, a place for frames of `track`.
    public func covers(_ track: Track) -> Bool {
        hasBegun ? lanes.contains { $0.track.isSame(as: track) } : tracks.contains { $0.isSame(as: track) }
    }

    /// How much media the file has, in milliseconds.
    public var durationMilliseconds: Int64 {
        lanes.compactMap { lane in
            lane.samples.last.map { sample in
                lane.clock.timescale.convert(sample.decodeTime.addingClamped(lane.expectedLength), to: .milliseconds)
            }
        }.max() ?? endMilliseconds
    }

    /// Takes a frame.
    public mutating func append(_ frame: MediaFrame) {
        group.append(frame)
    }

    /// Forgets what is in no fragment yet.
    ///
    /// - Returns: how many frames that are.
    public mutating func discard() -> Int {
        let count = group.count + lanes.reduce(0) { $0 + $1.samples.count }
        group = []
        for index in lanes.indices { lanes[index].samples = [] }
        return count
    }

    /// Writes a fragment of what came, behind the file's head where it is the first.
    ///
    /// - Parameter isLast: whether the newest frame of each track goes along, because none follows that would tell how long
    ///   it lasts.
    /// - Returns: how many frames were written; 0 where there was nothing to write, or nothing that a file can hold.
    public mutating func cut(isLast: Bool, into bytes: inout ByteBuffer) -> Int {
        if !hasBegun { begin(into: &bytes) }
        place()
        var fragments: [TrackFragment] = []
        var count = 0
        for index in lanes.indices {
            guard let fragment = takeFragment(of: index, isLast: isLast) else { continue }
            count += fragment.samples.count
            fragments.append(fragment)
        }
        guard !fragments.isEmpty else { return 0 }
        sequenceNumber &+= 1
        let fragment = MovieFragment(sequenceNumber: sequenceNumber, tracks: fragments)
        // Lengths are bounded by whoever decides when to cut; a fragment that no file can hold is left out.
        return (try? fragment.write(startsSegment: false, into: &bytes)) == nil ? 0 : count
    }

    /// Settles tracks and origin, and writes the head.
    private mutating func begin(into bytes: inout ByteBuffer) {
        let carried = tracks.sorted { $0.id < $1.id }
        // Of two tracks, the one that began earlier begins the file.
        var origin: MediaTime?
        for frame in group {
            let time = MediaTime(frame.decodeTime, frame.track.timescale)
            origin = origin.map { min($0, time) } ?? time
        }
        guard let origin else { return }
        lanes = carried.map { track in
            let timescale = TrackClock.outputTimescale(for: track)
            return Lane(
                track: track,
                clock: TrackClock(
                    track, timescale: timescale, sourceOrigin: origin.ticks(of: track.timescale), origin: 0))
        }
        // Every track was tried by itself before; with one that fails nonetheless there is a file without a head, which
        // nobody could play, and that is left to the one who looks at it.
        try? InitializationSegment(tracks: lanes.map { TrackHeader($0.track, timescale: $0.clock.timescale) }).write(
            into: &bytes)
    }

    /// Gives the frames of the group their places.
    private mutating func place() {
        for frame in group {
            guard
                let index = lanes.firstIndex(where: { $0.track === frame.track || $0.track.isSame(as: frame.track) }),
                let settled = lanes[index].clock.time(of: frame.decodeTime)
            else { continue }
            let timescale = lanes[index].clock.timescale
            let time = max(0, settled)
            let length = lanes[index].clock.length(of: frame.payload)
            lanes[index].clock.take(time, length: length)
            lanes[index].lastLength = length
            if let last = lanes[index].samples.last { lanes[index].lastStep = time.subtractingClamped(last.decodeTime) }
            let offset = frame.track.timescale.convert(Int64(frame.compositionOffset), to: timescale)
            lanes[index].samples.append(
                TimedSample(
                    decodeTime: time, position: 0, compositionOffset: Int32(clamping: offset), isSync: frame.isSync,
                    isDisposable: frame.isDisposable, payload: frame.payload))
        }
        group = []
    }

    private mutating func takeFragment(of index: Int, isLast: Bool) -> TrackFragment? {
        let lane = lanes[index]
        let count = isLast ? lane.samples.count : lane.samples.count - 1
        guard count > 0, let first = lane.samples.first else { return nil }
        var samples: [FragmentSample] = []
        samples.reserveCapacity(count)
        for place in 0..<count {
            let sample = lane.samples[place]
            let isNewest = place + 1 == lane.samples.count
            let duration =
                isNewest
                ? lane.expectedLength : lane.samples[place + 1].decodeTime.subtractingClamped(sample.decodeTime)
            samples.append(
                FragmentSample(
                    duration: UInt32(clamping: duration), compositionOffset: sample.compositionOffset,
                    isSync: sample.isSync, isDisposable: sample.isDisposable, payload: sample.payload))
            if isNewest {
                let end = sample.decodeTime.addingClamped(duration)
                endMilliseconds = max(endMilliseconds, lane.clock.timescale.convert(end, to: .milliseconds))
            }
        }
        lanes[index].samples.removeFirst(count)
        return TrackFragment(
            trackID: UInt32(clamping: index + 1), baseMediaDecodeTime: first.decodeTime, samples: samples)
    }
}
