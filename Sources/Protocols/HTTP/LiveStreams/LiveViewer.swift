import EndpointCore
import HTTPTypes
import Logging
import MediaModel
import Metrics
import NIOCore
import NIOWebSocket
import StreamHealth
import StreamHub

/// A connection that receives a live stream without end, over plain HTTP or in WebSocket messages.
final class LiveViewer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    private var answer: LiveAnswer
    private let granted: EndlessAnswers.Granted
    private let registry: StreamRegistry
    private let sessions: SessionDirectory
    private let id: ConnectionID
    private var sessionNumber: UInt64?
    private let metrics: LiveProtocolMetrics
    private let logger: Logger
    private var listening = WebSocketListening()
    private var context: ChannelHandlerContext?
    private var writer: ConnectionWriter?
    private var viewer: Viewer?
    private var openedAt: NIODeadline = .now()
    private var reason = "the viewer left"

    init(_ answer: LiveAnswer, granted: EndlessAnswers.Granted, answers: EndlessAnswers) {
        self.answer = answer
        self.granted = granted
        id = granted.wanted.id
        registry = answers.registry
        sessions = answers.sessions
        metrics = answers.metrics[granted.wanted.kind]
        var logger = answers.logger
        logger[metadataKey: "connection.id"] = "\(id)"
        logger[metadataKey: "stream.path"] = "\(granted.path)"
        logger[metadataKey: "protocol"] = "\(granted.wanted.kind.name)"
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        openedAt = .now()
        let writer = ConnectionWriter(context: context, isPlain: granted.isPlain, bytesSent: metrics.bytesSent) {
            [weak self] in self?.viewer?.drained()
        }
        self.writer = writer
        metrics.connectionsOpened.increment()
        metrics.connectionsOpen.increment()
        logger.info(
            "session opened", metadata: ["peer.address": "\(granted.client?.hostAndPort ?? "unknown")"])
        if let head = answer.headAtOnce { writer.write(head) }
        viewer = registry.subscribe(granted.path, format: answer.format, sink: self, on: context.eventLoop)
        sessionNumber = sessions.enter(
            self, id: "\(id)", role: .player, transport: granted.wanted.kind.name, path: granted.path,
            client: granted.wanted.facts(granted.request, from: granted.client), on: context.eventLoop)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard granted.wanted.kind.isWebSocket else { return }
        react(listening.receive(unwrapInboundIn(data)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let reaction = WebSocketListening.reaction(to: error) { return react(reaction) }
        reason = ConnectionFailure.reason(of: error)
        writer?.close()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
    }

    private func react(_ reaction: WebSocketListening.Reaction) {
        switch reaction {
        case .nothing: break
        case .pong(let content):
            // Control frames are written whole between the hub's messages.
            writer?.write(Self.control(.pong, content))
        case .close(let content):
            end([Self.control(.connectionClose, content)])
        case .fail(let status, let words):
            metrics.faults?.increment()
            reason = "the peer broke the protocol: \(words)"
            end([Self.close(status)])
        }
    }

    /// Says the last words; nothing of the stream follows a close frame (RFC 6455 §5.5.1).
    private func end(_ lastWords: [ByteBuffer]) {
        viewer?.detach()
        for words in lastWords { writer?.write(words) }
        writer?.closeWhenDrained()
    }

    private static func close(_ status: WebSocketErrorCode) -> ByteBuffer {
        var content = ByteBuffer()
        content.write(webSocketErrorCode: status)
        return control(.connectionClose, content)
    }

    private static func control(_ opcode: WebSocketOpcode, _ content: ByteBuffer) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeWebSocketControl(opcode, content)
        return bytes
    }

    private func leave() {
        guard let viewer, let writer else { return }
        // While it can still tell what it has carried.
        if let sessionNumber { sessions.leave(sessionNumber) }
        self.viewer = nil
        self.writer = nil
        writer.invalidate()
        viewer.detach()
        metrics.connectionsOpen.decrement()
        logger.info(
            "session closed",
            metadata: [
                "duration": "\((NIODeadline.now() - openedAt).inSeconds)",
                "bytes.sent": "\(writer.bytesWritten)",
                "frames.sent": "\(viewer.tally.frames)",
                "frames.lost": "\(viewer.tally.lostFrames)",
                "reason": "\(reason)",
            ])
        context = nil
    }
}

extension LiveViewer: ViewerSink {
    func streamStarted() {}

    func tracksInForce(_ tracks: [Track]) {
        switch answer.reaction(to: tracks) {
        case .goOn: break
        case .begin(let head): writer?.write(head)
        case .refuse(let response, let words):
            reason = words
            metrics.refusals.increment()
            end([response])
        case .end(let words):
            reason = words
            end([])
        }
    }

    func write(_ bytes: ByteBuffer) -> Bool {
        writer?.write(bytes) ?? true
    }

    var directPath: DirectPath? { writer?.directPath }

    func sentDirectly(_ bytes: Int) {
        writer?.countSent(bytes)
    }

    func streamEnded(_ ending: StreamEnding) {
        reason = "the stream ended"
        guard granted.wanted.kind.isWebSocket else { return end([answer.endWithoutBeginning].compactMap { $0 }) }
        end([answer.farewell, Self.close(.normalClosure)].compactMap { $0 })
    }

    func fellBehind() {
        reason = "the viewer took nothing for too long"
        writer?.close()
    }
}

extension LiveViewer: OpenSession {
    var reading: SessionReading? {
        guard let viewer, let writer else { return nil }
        var reading = SessionReading(
            state: viewer.isStalled ? .stalled : viewer.lagMilliseconds == nil ? .waiting : .playing)
        reading.bytesSent = writer.bytesWritten
        reading.framesSent = viewer.tally.frames
        reading.framesLost = viewer.tally.lostFrames
        reading.lagMilliseconds = viewer.lagMilliseconds
        reading.timestampMilliseconds = viewer.timestampMilliseconds
        return reading
    }

    var line: LineFigures? {
        viewer == nil ? nil : context.flatMap { LineFigures(of: $0.channel) }
    }

    func end(because reason: String) {
        guard viewer != nil else { return }
        self.reason = reason
        // RFC 6455 §7.4.1: 1008, by policy.
        end(granted.wanted.kind.isWebSocket ? [Self.close(.policyViolation)] : [])
    }
}
