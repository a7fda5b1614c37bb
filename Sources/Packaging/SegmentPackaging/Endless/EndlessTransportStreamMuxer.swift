import MPEGTS
public import MediaModel
public import NIOCore

/// Writes a stream as an MPEG transport stream without end, each frame in packets of its own as it comes.
///
/// Where viewers can start, the tables are repeated, and a clock reference comes with the picture. Continuity counters go
/// on over everything, so that whoever starts anywhere counts on from there.
public struct EndlessTransportStreamMuxer: Sendable {
    /// What the stream's times begin with, in ticks of 90 kHz: 1 s, so that the clock, which runs behind, begins behind
    /// zero too.
    private static let origin: Int64 = 90_000

    /// What the stream holds.
    public private(set) var feed: TrackFeed
    private var muxer: TransportStreamMuxer?
    private var lanes: [FrameTimes] = []
    private var areTablesDue = true

    /// Makes the muxer of a feed.
    public init(feed: TrackFeed) {
        self.feed = TrackFeed(from: [], choice: TrackChoice(), container: .transportStream)
        change(to: feed)
    }

    /// Goes on with another feed; counters are counted on, and the times of tracks that stay are.
    public mutating func change(to feed: TrackFeed) {
        let previous = lanes
        self.feed = feed
        lanes = feed.tracks.map { track in previous.first { $0.track.isSame(as: track) } ?? FrameTimes(track) }
        areTablesDue = true
        // Every track was tried by itself when it was selected; without any there is nothing to write.
        guard !feed.tracks.isEmpty else { return }
        if muxer == nil {
            var configuration = TransportStreamMuxer.Configuration()
            // Nothing is kept back: a viewer who starts gets all that comes from there on.
            configuration.audioGathering = 0
            muxer = try? TransportStreamMuxer(tracks: feed.tracks, configuration: configuration)
        } else {
            try? muxer?.change(to: feed.tracks)
        }
    }

    /// Repeats the tables before the next frame.
    public mutating func beginGroup() {
        areTablesDue = true
    }

    /// Writes the packets of a frame; frames of tracks that are not carried, and such without bytes, write nothing.
    public mutating func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
        let length = frame.payload.readableBytes
        guard length > 0, muxer != nil,
            let index = lanes.firstIndex(where: { $0.track === frame.track || $0.track.isSame(as: frame.track) }),
            let placement = lanes[index].place(frame)
        else { return }
        if areTablesDue {
            areTablesDue = false
            muxer?.beginSegment(into: &bytes)
        }
        let offset = frame.track.timescale.convert(Int64(frame.compositionOffset), to: .mpeg)
        let decodeTime = lanes[index].timescale.convert(placement.decodeTime, to: .mpeg) &+ Self.origin
        bytes.reserveCapacity(minimumWritableBytes: TransportStreamMuxer.usualLength(ofFrame: length))
        // A frame that does not hold what its track says is left out; the stream goes on with the next.
        try? muxer?.write(frame, pts: decodeTime &+ offset, dts: decodeTime, into: &bytes)
    }
}
