import EndpointCore
import HTTPTypes
import Logging
import MediaModel
import NIOCore
import NIOWebSocket
import StreamHub

/// Which requests are answered without end, and how such an answer begins.
struct EndlessAnswers: Sendable {
    /// What a request asks for.
    struct Wanted: Sendable {
        var location: PlaybackLocation
        var isWebSocket: Bool
    }

    /// What it was given.
    struct Granted: Sendable {
        var path: StreamPath
        var wanted: Wanted
        var request: HTTPRequest
    }

    let registry: StreamRegistry
    let authorizer: any StreamAuthorizer
    let metrics: EndpointMetrics
    let sessions: SessionDirectory
    let logger: Logger

    func wanted(by request: HTTPRequest) -> Wanted? {
        guard request.method == .get, let location = PlaybackLocation(target: request.path ?? "/"),
            case .flv = location.resource
        else { return nil }
        return Wanted(location: location, isWebSocket: WebSocketAccept(request) != nil)
    }

    func decide(_ wanted: Wanted, from address: String) async -> StreamDecision {
        await authorizer.authorizePlay(wanted.location.wish(from: address))
    }

    func isLive(_ path: StreamPath) -> Bool {
        registry.isLive(path)
    }

    /// Makes the connection a viewer: answers the request, and attaches it to its stream.
    func begin(_ granted: Granted, on channel: any Channel, before gate: EndlessAnswerGate) throws {
        let pipeline = channel.pipeline.syncOperations
        let format = FLVFormat(capabilities: granted.wanted.location.receiver)
        if granted.wanted.isWebSocket, let accept = WebSocketAccept(granted.request) {
            let viewer = FLVViewer(
                head: accept.responseHead, format: WebSocketFormat(format), granted: granted, answers: self)
            try pipeline.addHandler(viewer, position: .before(gate))
            // Only what a client may say to us: small control frames, and messages that nobody listens to.
            try pipeline.addHandler(
                ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 4096)), position: .before(viewer))
        } else {
            let viewer = FLVViewer(
                head: Self.flvResponseHead, format: format, granted: granted, answers: self)
            try pipeline.addHandler(viewer, position: .before(gate))
        }
    }

    private static let flvResponseHead = """
        HTTP/1.1 200 OK\r
        Content-Type: video/x-flv\r
        Cache-Control: no-store\r
        Access-Control-Allow-Origin: *\r
        Connection: close\r
        \r\n
        """
}
