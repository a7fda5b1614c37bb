import MediaModel
import NIOCore
import NIOWebSocket
import SegmentPackaging
import StreamHub

/// A stream as fragmented MP4 without end: over HTTP the bytes of the file, over WebSocket a message for each piece that
/// Media Source Extensions take, behind texts that say what comes.
struct MP4Format: WireFormat {
    let choice: TrackChoice
    let isWebSocket: Bool
    /// The time of day of a moment, for producer reference times.
    var timeOfDay: @Sendable (NIODeadline) -> Int64 = { WallClock.milliseconds(at: $0) }

    var name: String { (isWebSocket ? "ws-mp4/" : "mp4/") + choice.name }

    var substitute: (any WireFormat)? {
        choice == TrackChoice() ? nil : MP4Format(choice: TrackChoice(), isWebSocket: isWebSocket)
    }

    func makeWriter() -> any WireWriter { MP4Writer(format: self) }
}

/// Writes one stream as fragmented MP4.
///
/// Other tracks take effect with the next join point: until then those that stay are carried on, and from there on a
/// decoder has a sync frame to begin with.
struct MP4Writer: WireWriter {
    private let format: MP4Format
    private var muxer: EndlessMP4Muxer
    private var tracks: [Track] = []
    private var announcement = ByteBuffer()
    /// When the frame arrived that is the next to be given a time of day.
    private var referenceArrival: NIODeadline?

    init(format: MP4Format) {
        self.format = format
        muxer = EndlessMP4Muxer(feed: TrackFeed(from: [], choice: format.choice, container: .fragmentedMP4))
    }

    func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {}

    func writePrelude(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {
        bytes.writeImmutableBuffer(announcement)
    }

    func writeChange(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {}

    mutating func prepareJoinPoint(tracks: [Track], arrived: NIODeadline, into bytes: inout ByteBuffer) {
        referenceArrival = arrived
        guard !tracks.elementsEqual(self.tracks, by: ===) else { return }
        let isFirst = self.tracks.isEmpty
        self.tracks = tracks
        muxer.change(to: TrackFeed(from: tracks, choice: format.choice, container: .fragmentedMP4))
        announce()
        // Whose file cannot change its tracks has been closed by now.
        if format.isWebSocket, !isFirst { bytes.writeImmutableBuffer(announcement) }
    }

    mutating func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
        guard format.isWebSocket else { return writeFragment(frame, into: &bytes) }
        bytes.writeWebSocketMessage(ofAbout: frame.payload.readableBytes) { writeFragment(frame, into: &$0) }
    }

    func write(_ message: DataMessage, into bytes: inout ByteBuffer) {}

    private mutating func writeFragment(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
        let before = bytes.writerIndex
        muxer.write(frame, referenceTime: referenceArrival.map { format.timeOfDay($0) }, into: &bytes)
        if bytes.writerIndex > before { referenceArrival = nil }
    }

    /// Makes what a player must have before fragments of the present tracks.
    private mutating func announce() {
        announcement = ByteBuffer()
        guard format.isWebSocket else {
            announcement.writeImmutableBuffer(muxer.initialization)
            return
        }
        let text = FeedAnnouncement(of: tracks, feed: muxer.feed, mediaType: muxer.mediaType).json
        announcement.writeWebSocketMessage(.text) { $0.writeBytes(text) }
        announcement.writeWebSocketMessage { $0.writeImmutableBuffer(muxer.initialization) }
    }
}
