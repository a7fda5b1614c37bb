import MediaModel
import NIOCore
import NIOWebSocket
import SegmentPackaging
import StreamHub

/// How one request for a live stream is answered: the head, and what becomes of the answer as tracks change.
struct LiveAnswer {
    /// What is to be done where the stream's tracks are told.
    enum Reaction: Equatable {
        case goOn
        /// The head is to be written, and what follows goes on.
        case begin(ByteBuffer)
        /// The form can carry nothing of the stream: a response that says so.
        case refuse(ByteBuffer, String)
        /// The file has other tracks from here on, which one file cannot: the answer is over.
        case end(String)
    }

    /// What the viewer's bytes are.
    let format: any WireFormat
    private let kind: LiveProtocol
    private let path: StreamPath
    private let choice: TrackChoice
    private let upgrade: ByteBuffer?
    private var feed: TrackFeed?

    /// Makes the answer to what was granted.
    ///
    /// - Parameter upgrade: the head that makes the connection a WebSocket; `nil` over plain HTTP.
    init(to granted: EndlessAnswers.Granted, upgrade: String?) {
        kind = granted.wanted.kind
        path = granted.path
        choice = granted.wanted.location.trackChoice
        format = kind.form.format(for: granted.wanted.location, isWebSocket: kind.isWebSocket)
        self.upgrade = upgrade.map { ByteBuffer(string: $0) }
    }

    /// What is written before the stream has begun to flow; `nil` where that depends on its tracks.
    var headAtOnce: ByteBuffer? {
        upgrade ?? (kind.form.container == nil ? head(omitted: []) : nil)
    }

    /// Takes note of the tracks in force.
    mutating func reaction(to tracks: [Track]) -> Reaction {
        guard let container = kind.form.container, !kind.isWebSocket else { return .goOn }
        let feed = TrackFeed(from: tracks, choice: choice, container: container)
        defer { self.feed = feed }
        if let before = self.feed {
            // A transport stream says itself what it holds from here on.
            guard kind.form == .fragmentedMP4, !feed.continues(before) else { return .goOn }
            return .end("the tracks changed")
        }
        guard !feed.tracks.isEmpty else {
            let reasons = feed.omitted.prefix(8).map { "\($0.codec.rawValue): \($0.reason.description)" }
            let words = "no track of \(path) can be had in this form; " + reasons.joined(separator: "; ")
            return .refuse(Self.response("406 Not Acceptable", words), words)
        }
        return .begin(head(omitted: feed.omitted))
    }

    /// What is said at the end of a stream that never got as far as its first byte; `nil` where it has a head.
    var endWithoutBeginning: ByteBuffer? {
        guard headAtOnce == nil, feed == nil else { return nil }
        return Self.response("404 Not Found", "\(path) is not live")
    }

    /// What a WebSocket is told at the end of the stream, if its form has words for that.
    var farewell: ByteBuffer? {
        guard kind.form == .fragmentedMP4 else { return nil }
        var bytes = ByteBuffer()
        bytes.writeWebSocketMessage(.text) { $0.writeString(#"{"type":"end"}"#) }
        return bytes
    }

    /// The head of a stream that can be had.
    ///
    /// Tracks that are left out stand in `Swiftwater-Omitted`, such as `audio 0 speex`.
    func head(omitted: [OmittedTrack<PackagingOmission>]) -> ByteBuffer {
        let list = omitted.prefix(8).map { "\($0.id.kind.rawValue) \($0.id.number) \($0.codec.rawValue)" }
        let field = list.isEmpty ? "" : "Swiftwater-Omitted: \(list.joined(separator: ", "))\r\n"
        return ByteBuffer(
            string: """
                HTTP/1.1 200 OK\r
                Content-Type: \(kind.form.mediaType)\r
                Date: \(WallClock.httpDate())\r
                Cache-Control: no-store\r
                Access-Control-Allow-Origin: *\r
                Access-Control-Expose-Headers: Swiftwater-Omitted\r
                \(field)Connection: close\r
                \r\n
                """)
    }

    private static func response(_ status: String, _ text: String) -> ByteBuffer {
        ByteBuffer(
            string: """
                HTTP/1.1 \(status)\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Length: \(text.utf8.count + 1)\r
                Cache-Control: no-store\r
                Access-Control-Allow-Origin: *\r
                Connection: close\r
                \r
                \(text)\n
                """)
    }
}
