import EndpointCore
import HTTPTypes
import Logging
import NIOCore
import NIOWebSocket
import StreamHealth
import StreamHub

/// A connection that receives a live stream as FLV, over plain HTTP or in WebSocket messages.
final class FLVViewer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    private let head: String
    private let format: any WireFormat
    private let granted: EndlessAnswers.Granted
    private let answers: EndlessAnswers
    private let logger: Logger
    private let id = ConnectionID()
    private var sessionNumber: UInt64?
    private var context: ChannelHandlerContext?
    private var writer: ConnectionWriter?
    private var viewer: Viewer?
    private var openedAt: NIODeadline = .now()
    private var reason = "the viewer left"

    init(head: String, format: any WireFormat, granted: EndlessAnswers.Granted, answers: EndlessAnswers) {
        self.head = head
        self.format = format
        self.granted = granted
        self.answers = answers
        var logger = answers.logger
        logger[metadataKey: "connection.id"] = "\(id)"
        logger[metadataKey: "stream.path"] = "\(granted.path)"
        logger[metadataKey: "protocol"] = "\(granted.wanted.isWebSocket ? "ws-flv" : "http-flv")"
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        openedAt = .now()
        let writer = ConnectionWriter(context: context, isPlain: true, bytesSent: answers.metrics.bytesSent) {
            [weak self] in self?.viewer?.drained()
        }
        self.writer = writer
        logger.info(
            "session opened", metadata: ["peer.address": "\(context.remoteAddress?.hostAndPort ?? "unknown")"])
        writer.write(ByteBuffer(string: head))
        viewer = answers.registry.subscribe(granted.path, format: format, sink: self, on: context.eventLoop)
        sessionNumber = answers.sessions.enter(
            self, id: "\(id)", role: .player, transport: granted.wanted.isWebSocket ? "ws-flv" : "http-flv",
            path: granted.path, on: context.eventLoop)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard granted.wanted.isWebSocket else { return }
        let frame = unwrapInboundIn(data)
        // RFC 6455 §5.1: a client masks what it sends, and a server closes the connection to one that does not.
        guard frame.maskKey != nil else {
            reason = "the peer broke the protocol: a WebSocket frame without mask"
            return leaveWebSocket(saying: ByteBuffer(integer: UInt16(1002)))
        }
        switch frame.opcode {
        case .ping:
            reply(.pong, frame.unmaskedData)
        case .connectionClose:
            leaveWebSocket(saying: frame.unmaskedData)
        default:
            break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
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

    /// Closes in the order of RFC 6455 §5.5.1: nothing of the stream follows a close frame.
    private func leaveWebSocket(saying payload: ByteBuffer) {
        viewer?.detach()
        reply(.connectionClose, payload)
        writer?.closeWhenDrained()
    }

    /// Control frames are written whole between the hub's messages (RFC 6455 §5.5: at most 125 bytes, never masked).
    private func reply(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) {
        guard payload.readableBytes <= 125, let first = WebSocketFormat.firstByte(of: opcode) else { return }
        var bytes = ByteBuffer()
        bytes.writeMultipleIntegers(first, UInt8(payload.readableBytes))
        bytes.writeImmutableBuffer(payload)
        writer?.write(bytes)
    }

    private func leave() {
        guard let viewer, let writer else { return }
        self.viewer = nil
        self.writer = nil
        if let sessionNumber { answers.sessions.leave(sessionNumber) }
        writer.invalidate()
        viewer.detach()
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

extension FLVViewer: ViewerSink {
    func streamStarted() {}

    func write(_ bytes: ByteBuffer) -> Bool {
        writer?.write(bytes) ?? true
    }

    var directPath: DirectPath? { writer?.directPath }

    func sentDirectly(_ bytes: Int) {
        writer?.countSent(bytes)
    }

    func streamEnded(_ ending: StreamEnding) {
        reason = "the stream ended"
        writer?.closeWhenDrained()
    }

    func fellBehind() {
        reason = "the viewer took nothing for too long"
        writer?.close()
    }
}

extension FLVViewer: OpenSession {
    var reading: SessionReading? {
        guard let viewer, let writer, let context else { return nil }
        let agent = HTTPField.Name("User-Agent").flatMap { granted.request.headerFields[$0] }
        var reading = SessionReading(
            state: viewer.isStalled ? .stalled : viewer.lagMilliseconds == nil ? .waiting : .playing,
            peer: context.remoteAddress?.hostAndPort ?? "unknown", agent: agent.map { String($0.prefix(128)) })
        reading.bytesSent = writer.bytesWritten
        reading.framesSent = viewer.tally.frames
        reading.framesLost = viewer.tally.lostFrames
        reading.lagMilliseconds = viewer.lagMilliseconds
        reading.line = LineFigures(of: context.channel)
        return reading
    }

    func end(because reason: String) {
        guard viewer != nil else { return }
        self.reason = reason
        if granted.wanted.isWebSocket {
            // RFC 6455 §7.4.1: 1008, refused by policy.
            leaveWebSocket(saying: ByteBuffer(integer: UInt16(1008)))
        } else {
            viewer?.detach()
            writer?.closeWhenDrained()
        }
    }
}
