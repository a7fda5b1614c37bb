import MPEGTS
import MediaModel
import NIOCore

/// Writes segments as stretches of one transport stream, whose continuity counters go on from segment to segment.
struct TransportStreamWriter {
    private let lanes: [Int]
    private let tracks: [Track]
    private let timescales: [Timescale]
    private var muxer: TransportStreamMuxer?

    init(epoch: Epoch, lanes: [Int]) {
        self.lanes = lanes
        tracks = lanes.map { epoch.lanes[$0].track }
        timescales = lanes.map { epoch.lanes[$0].clock.timescale }
        // Every track was tried by itself when it was selected; without a muxer there are gaps.
        muxer = try? TransportStreamMuxer(tracks: tracks)
    }

    mutating func write(_ draft: SegmentDraft) -> ByteBuffer? {
        guard lanes.contains(where: { !draft.lanes[$0].samples.isEmpty }) else { return nil }
        // Room at once: a buffer that grows is copied each time.
        var bytes = ByteBufferAllocator().buffer(capacity: lanes.reduce(0) { $0 + room(for: draft.lanes[$1]) })
        muxer?.beginSegment(into: &bytes)
        var next = [Int](repeating: 0, count: lanes.count)
        while let index = earliest(in: draft, at: next) {
            let sample = draft.lanes[lanes[index]].samples[next[index]]
            next[index] += 1
            let frame = MediaFrame(
                track: tracks[index], decodeTime: sample.decodeTime, compositionOffset: sample.compositionOffset,
                isSync: sample.isSync, isDisposable: sample.isDisposable, payload: sample.payload)
            let shown = timescales[index].convert(frame.presentationTime, to: .mpeg)
            // A frame that does not hold what its track says is left out; the stream goes on with the next.
            try? muxer?.write(frame, pts: shown, dts: sample.position, into: &bytes)
        }
        muxer?.flush(into: &bytes)
        return bytes.readableBytes > 0 ? bytes : nil
    }

    private func room(for lane: SegmentDraft.Lane) -> Int {
        lane.samples.reduce(0) { $0 + TransportStreamMuxer.usualLength(ofFrame: $1.payload.readableBytes) }
    }

    /// The lane whose next sample is decoded first; pictures before sound of the same time.
    private func earliest(in draft: SegmentDraft, at next: [Int]) -> Int? {
        var best: (lane: Int, position: Int64)?
        for index in lanes.indices where next[index] < draft.lanes[lanes[index]].samples.count {
            let position = draft.lanes[lanes[index]].samples[next[index]].position
            if let found = best, found.position <= position { continue }
            best = (index, position)
        }
        return best?.lane
    }

    static func reason(against track: Track) -> PackagingOmission? {
        do throws(MPEGTSFault) {
            _ = try TransportStreamMuxer(tracks: [track])
            return nil
        } catch .unsupportedCodec {
            return FragmentedMP4Writer.reason(against: track) == .codecNotInHLS
                ? .codecNotInHLS : .codecNotInTransportStream
        } catch .formatUnknown {
            return .formatUnusable
        } catch {
            return .recordUnusable
        }
    }
}
