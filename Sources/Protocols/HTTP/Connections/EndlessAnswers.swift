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
        var kind: LiveProtocol
        /// The session's, if it comes to one.
        let id = ConnectionID()

        /// Who asks.
        func facts(_ request: HTTPRequest, from client: SocketAddress?) -> ClientFacts {
            ClientFacts(
                request.headerFields, session: "\(id)", transport: kind.name, address: client?.peerAddress ?? "unknown",
                port: client?.port)
        }
    }

    /// What it was given.
    struct Granted: Sendable {
        var path: StreamPath
        var wanted: Wanted
        var request: HTTPRequest
        /// The address of whoever asked.
        var client: SocketAddress?
        /// Whether bytes go on the wire as they are.
        var isPlain: Bool
    }

    let registry: StreamRegistry
    let authorizer: any StreamAuthorizer
    let metrics: LiveMetrics
    let sessions: SessionDirectory
    let logger: Logger

    func wanted(by request: HTTPRequest) -> Wanted? {
        let target = request.path ?? "/"
        guard request.method == .get || request.method == .head, PlaybackLocation.mayNameLiveStream(target),
            var location = PlaybackLocation(target: target), case .live(let form) = location.resource
        else { return nil }
        location.takeBearer(request.headerFields)
        let isWebSocket = request.method == .get && WebSocketAccept(request) != nil
        let kind = LiveProtocol(form: form, isWebSocket: isWebSocket)
        return Wanted(location: location, kind: kind)
    }

    func decide(_ wanted: Wanted, _ request: HTTPRequest, from client: SocketAddress?) async -> StreamDecision {
        var wish = wanted.location.wish(from: client?.peerAddress ?? "unknown")
        wish.client = wanted.facts(request, from: client)
        return await authorizer.authorizePlay(wish)
    }

    func isLive(_ path: StreamPath) -> Bool {
        registry.isLive(path)
    }

    /// Makes the connection a viewer: answers the request, and attaches it to its stream.
    ///
    /// To HEAD the answer is over with its head.
    func begin(_ granted: Granted, on channel: any Channel, before gate: EndlessAnswerGate) throws {
        let pipeline = channel.pipeline.syncOperations
        if granted.request.method == .head {
            let answer = LiveAnswer(to: granted, upgrade: nil)
            let bytesSent = metrics[granted.wanted.kind].bytesSent
            let head = LiveHead(answer.head(omitted: []), isPlain: granted.isPlain, bytesSent: bytesSent)
            return try pipeline.addHandler(head, position: .before(gate))
        }
        let accept = granted.wanted.kind.isWebSocket ? WebSocketAccept(granted.request) : nil
        let answer = LiveAnswer(to: granted, upgrade: accept?.responseHead)
        let viewer = LiveViewer(answer, granted: granted, answers: self)
        try pipeline.addHandler(viewer, position: .before(gate))
        if accept != nil {
            // Only what a client may say to us: small control frames, and messages that nobody listens to.
            let decoder = WebSocketFrameDecoder(maxFrameSize: WebSocketListening.longestFrame)
            try pipeline.addHandler(ByteToMessageHandler(decoder), position: .before(viewer))
        }
    }
}
