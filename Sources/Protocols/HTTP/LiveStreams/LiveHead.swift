import EndpointCore
import Metrics
import NIOCore

/// Answers HEAD for a live stream: the head of what GET would get, and no more (RFC 9110 §9.3.2).
///
/// The HTTP codec would either tell a length, which nobody knows, or end what it takes for chunks; so the connection has left it.
final class LiveHead: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias OutboundOut = ByteBuffer

    private let head: ByteBuffer
    private let isPlain: Bool
    private let bytesSent: Counter
    private var writer: ConnectionWriter?

    init(_ head: ByteBuffer, isPlain: Bool, bytesSent: Counter) {
        self.head = head
        self.isPlain = isPlain
        self.bytesSent = bytesSent
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let writer = ConnectionWriter(context: context, isPlain: isPlain, bytesSent: bytesSent) {}
        self.writer = writer
        writer.write(head)
        writer.closeWhenDrained()
    }

    /// Nothing that a client still says changes the answer.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        leave()
    }

    private func leave() {
        writer?.invalidate()
        writer = nil
    }
}
