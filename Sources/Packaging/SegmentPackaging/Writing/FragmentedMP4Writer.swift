import ISOBMFF
import MediaModel
import NIOCore

/// Writes segments as one movie fragment each.
struct FragmentedMP4Writer {
    let initialization: ByteBuffer
    /// The lanes of the epoch in the order of their track ids, which count from 1.
    private let lanes: [Int]

    init(epoch: Epoch, lanes: [Int]) {
        self.lanes = lanes
        let headers = lanes.map { TrackHeader(epoch.lanes[$0].track, timescale: epoch.lanes[$0].clock.timescale) }
        var bytes = ByteBuffer()
        // Every track was tried by itself when it was selected, so that nothing can be thrown here; were it, the
        // rendition would have an empty header, and no other suffers.
        try? InitializationSegment(tracks: headers).write(into: &bytes)
        initialization = bytes
    }

    func write(_ draft: SegmentDraft) -> ByteBuffer? {
        var tracks: [TrackFragment] = []
        for (id, lane) in zip(UInt32(1)..., lanes) where !draft.lanes[lane].samples.isEmpty {
            tracks.append(TrackFragment(draft.lanes[lane].samples, end: draft.lanes[lane].end, trackID: id))
        }
        let fragment = MovieFragment(sequenceNumber: Self.number(at: draft.start, .mpeg), tracks: tracks)
        var bytes = ByteBuffer()
        // Without samples, or with more than a file can span, there is no segment but a gap.
        guard !tracks.isEmpty, (try? fragment.write(startsSegment: true, into: &bytes)) != nil else { return nil }
        return bytes
    }

    /// Writes a part: a fragment with consecutive samples of the only lane.
    func write(_ part: PartDraft, in timescale: Timescale, startsSegment: Bool) -> ByteBuffer? {
        let track = TrackFragment(part.samples, end: part.end, trackID: 1)
        var bytes = ByteBuffer()
        let number = Self.number(at: track.baseMediaDecodeTime, timescale)
        let fragment = MovieFragment(sequenceNumber: number, tracks: [track])
        guard (try? fragment.write(startsSegment: startsSegment, into: &bytes)) != nil else { return nil }
        return bytes
    }

    /// The number of a fragment: its time in milliseconds, which increases from one to the next and is the same for
    /// everybody who writes it.
    private static func number(at time: Int64, _ timescale: Timescale) -> UInt32 {
        UInt32(truncatingIfNeeded: timescale.convert(time, to: .milliseconds))
    }

    static func reason(against track: Track) -> PackagingOmission? {
        var bytes = ByteBuffer()
        let header = TrackHeader(track, timescale: TrackClock.outputTimescale(for: track))
        do throws(ISOBMFFFault) {
            try InitializationSegment(tracks: [header]).write(into: &bytes)
            return nil
        } catch .unsupportedCodec {
            return .codecNotInHLS
        } catch .unusableConfigurationRecord {
            return .recordUnusable
        } catch {
            return .formatUnusable
        }
    }
}

extension TrackFragment {
    /// Samples of a lane; each lasts until the next.
    fileprivate init(_ timed: [TimedSample], end: Int64, trackID: UInt32) {
        var samples: [FragmentSample] = []
        samples.reserveCapacity(timed.count)
        for (index, sample) in timed.enumerated() {
            let next = index + 1 < timed.count ? timed[index + 1].decodeTime : end
            samples.append(
                FragmentSample(
                    duration: UInt32(clamping: next - sample.decodeTime), compositionOffset: sample.compositionOffset,
                    isSync: sample.isSync, isDisposable: sample.isDisposable, payload: sample.payload))
        }
        self.init(trackID: trackID, baseMediaDecodeTime: timed.first?.decodeTime ?? 0, samples: samples)
    }
}
