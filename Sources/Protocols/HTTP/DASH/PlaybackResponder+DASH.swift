import EndpointCore
import HTTPTypes
import Hummingbird
import MediaModel
import NIOCore
import SegmentPackaging
import TextCoding

/// How the manifest is answered, and segments that are sent while they are made (ISO/IEC 23009-1 §A.3.2).
extension PlaybackResponder {
    /// The path under which players learn the time of day.
    static let timePath = "/time"

    /// How long a request for the next segment waits for the first part of it.
    ///
    /// A manifest names a segment when the one before is whole, and players who trust their clocks ask a little early.
    private static let firstPartWait = TimeAmount.seconds(4)
    /// How long an answer waits for the next part before it is given up.
    private static let nextPartWait = TimeAmount.seconds(12)

    /// The manifest of a stream.
    func manifest(_ request: PlaybackRequest, _ path: StreamPath) async -> Response {
        guard let broadcast = origin.broadcast(of: path, .fragmentedMP4) else { return .offline(path) }
        if broadcast.multivariantPlaylist == nil {
            _ = await broadcast.wait(for: .anything, on: request.eventLoop, limit: Self.firstSegmentWait)
        }
        guard let resource = broadcast.resource(SegmentPackager.manifestName) else { return .offline(path) }
        let shared = broadcast.playlist(resource.name) ?? SharedPlaylist(resource.pieces)
        let credentials = credentials(carriedFor: request)
        guard credentials.isEmpty else {
            return await besideEventLoops {
                let text = ManifestCredentials.put(credentials, into: shared.text)
                let gzip = request.acceptsGzip ? Gzip.compress(text) : nil
                return .playlist(gzip ?? text, isCompressed: gzip != nil, mediaType: resource.mediaType)
            }
        }
        let (bytes, isCompressed) = shared.body(with: .init(), acceptsGzip: request.acceptsGzip)
        return .playlist(bytes, isCompressed: isCompressed, mediaType: resource.mediaType)
    }

    /// A segment that is made at the moment; `nil` for one that is neither made nor expected.
    func growingSegment(
        _ request: PlaybackRequest, _ path: StreamPath, _ name: String, _ broadcast: HLSBroadcast
    ) async -> Response? {
        guard let segment = broadcast.growing.segment(name) else { return nil }
        guard !request.isHead else { return .growing(segment, body: .init()) }
        guard let place = growingAnswers.enter() else {
            return tooMany(request, path, "too many segments are being watched as they are made")
        }
        let eventLoop = request.eventLoop
        // Only now is it known whether there is anything to answer with.
        switch await segment.step(after: 0, on: eventLoop, limit: Self.firstPartWait) {
        case .givenUp: return .offline(path)
        // It became whole in between, with nothing in it.
        case .whole: return .offline(path)
        case .parts: break
        }
        let body = ResponseBody { [metrics] writer in
            var count = 0
            writing: while true {
                switch await segment.step(after: count, on: eventLoop, limit: Self.nextPartWait) {
                case .parts(let parts):
                    for part in parts { try await writer.write(part) }
                    metrics.count(bytes: parts.reduce(0) { $0 + $1.readableBytes }, of: .dash)
                    count += parts.count
                case .whole:
                    break writing
                case .givenUp:
                    // Ends the connection, so that nobody takes what came for the whole.
                    throw SegmentNeverFinished()
                }
            }
            withExtendedLifetime(place) {}
            try await writer.finish(nil)
        }
        return .growing(segment, body: body)
    }
}

/// A segment of which a beginning was sent will have no end.
private struct SegmentNeverFinished: Error {}

extension SegmentPackager.ManifestOptions {
    /// What the manifest of a stream says, which is served as `manifest.mpd` below its path.
    init(for path: StreamPath) {
        self.init()
        base = HLSForm.fragmentedMP4.rawValue + "/"
        let depth = path.description.split(separator: "/").count
        timeAddress = String(repeating: "../", count: depth) + PlaybackResponder.timePath.dropFirst()
        title = path.description
    }
}

extension Response {
    /// The time of day, by which players know what is there already (ISO/IEC 23009-1 §5.8.5.7).
    static func timeOfDay() -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: UTCTime.now().text)))
    }

    /// Once it is whole it never changes: a cache may keep it.
    fileprivate static func growing(_ segment: GrowingSegment, body: ResponseBody) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: segment.mediaType, .cacheControl: "public, max-age=31536000, immutable"],
            body: body)
    }
}
