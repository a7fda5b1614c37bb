import MediaModel
import NIOCore
import SegmentPackaging
import StreamHub

/// A stream as an MPEG transport stream without end.
struct TSFormat: WireFormat {
    let choice: TrackChoice

    var name: String { "ts/" + choice.name }

    var substitute: (any WireFormat)? { choice == TrackChoice() ? nil : TSFormat(choice: TrackChoice()) }

    func makeWriter() -> any WireWriter { TSWriter(choice: choice) }
}

/// Writes one stream as a transport stream.
///
/// Other tracks take effect with the next join point, with a new version of the program map.
struct TSWriter: WireWriter {
    private let choice: TrackChoice
    private var muxer: EndlessTransportStreamMuxer
    private var tracks: [Track] = []

    init(choice: TrackChoice) {
        self.choice = choice
        muxer = EndlessTransportStreamMuxer(feed: TrackFeed(from: [], choice: choice, container: .transportStream))
    }

    func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {}

    /// The tables stand where viewers can start.
    func writePrelude(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {}

    mutating func prepareJoinPoint(tracks: [Track], arrived: NIODeadline, into bytes: inout ByteBuffer) {
        muxer.beginGroup()
        guard !tracks.elementsEqual(self.tracks, by: ===) else { return }
        self.tracks = tracks
        let feed = TrackFeed(from: tracks, choice: choice, container: .transportStream)
        if !feed.continues(muxer.feed) { muxer.change(to: feed) }
    }

    mutating func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
        muxer.write(frame, into: &bytes)
    }

    func write(_ message: DataMessage, into bytes: inout ByteBuffer) {}
}
