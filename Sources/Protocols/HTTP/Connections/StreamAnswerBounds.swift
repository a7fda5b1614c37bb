import EndpointCore
import HTTPTypes
import Logging
import NIOCore
import NIOHTTPTypes

/// Resets a stream of HTTP/2 that takes nothing of the answer that waits for it.
///
/// A peer can read all that its connection brings, and give a stream no window (RFC 9113 §5.2): its answer then waits in
/// the server with nothing to be seen at the socket. A stream does not tell how much of a body has gone, so bodies go out
/// in portions, and each that is sent is a sign of life. A connection on which all streams are reset is idle, and closed
/// for that.
final class StreamAnswerBounds: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Bytes of a portion at most: 16,384, as long as a frame is unless the peer allows more (RFC 9113 §4.2).
    ///
    /// A stream that shares a line of 100 kb/s with nine others gets one through in 13 s.
    static let portionBytes = 16 << 10

    private let clients: ProxiedAddresses
    private let logger: Logger
    private var waitingPortions = 0
    private var sentPortions = 0
    private var progress = AnswerProgress(from: .init(sent: 0))
    /// There is one while something waits, and at most ten seconds longer.
    private var nextLook: Scheduled<Void>?

    /// Makes the bounds of one stream.
    ///
    /// - Parameters:
    ///   - clients: knows whose stream it is.
    ///   - logger: is told of a stream that is reset.
    init(_ clients: ProxiedAddresses, _ logger: Logger) {
        self.clients = clients
        self.logger = logger
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .body(var bytes) = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        while bytes.readableBytes > Self.portionBytes, let portion = bytes.readSlice(length: Self.portionBytes) {
            write(portion, context, nil)
        }
        write(bytes, context, promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        guard nextLook == nil, waitingPortions > 0 else { return }
        progress = AnswerProgress(from: .init(sent: sentPortions))
        lookLater(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        nextLook?.cancel()
        nextLook = nil
    }

    private func write(_ portion: ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        let sent = promise ?? context.eventLoop.makePromise(of: Void.self)
        waitingPortions += 1
        sent.futureResult.assumeIsolated().whenComplete { _ in
            self.waitingPortions -= 1
            self.sentPortions &+= 1
        }
        context.write(wrapOutboundOut(.body(portion)), promise: sent)
    }

    private func lookLater(_ context: ChannelHandlerContext) {
        nextLook = context.eventLoop.assumeIsolated().scheduleTask(in: AnswerProgress.pause) { [self] in look(context) }
    }

    private func look(_ context: ChannelHandlerContext) {
        nextLook = nil
        guard waitingPortions > 0 else { return }
        guard progress.hasStalled(at: .init(sent: sentPortions)) else { return lookLater(context) }
        logger.noteStall(of: clients.address(of: context.channel), "stream reset")
        context.close(promise: nil)
    }
}
