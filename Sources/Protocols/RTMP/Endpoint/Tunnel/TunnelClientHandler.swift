import NIOCore
import NIOHTTP1
import RTMPSession

/// Puts the bytes of an RTMP client into requests by HTTP, and takes the server's out of the answers.
///
/// To what stands behind it in the pipeline it is a socket: a write is done when the server has answered the request that
/// brought it.
final class TunnelClientHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTPClientRequestPart

    /// Bytes of one answer at most: 16 MiB, the longest message that RTMP has.
    private static let mostAnswerBytes = 16 << 20
    /// How long the end of the tunnel may take to be said.
    private static let farewell = TimeAmount.seconds(5)

    /// Why a tunnel ended.
    enum Failure: Error {
        /// The server answered with more than anybody sends.
        case answerTooLong
    }

    private let authority: String
    private var tunnel = RTMPTunnelClient()
    private var status = 0
    private var body = ByteBuffer()
    /// Of writes that wait for the next request.
    private var waitingWrites: [EventLoopPromise<Void>] = []
    /// Of writes whose request is out.
    private var sentWrites: [EventLoopPromise<Void>] = []
    private var timer: Scheduled<Void>?
    private var closing: EventLoopPromise<Void>?

    /// Makes the handler of a tunnel to a server, by its name and port.
    init(host: String, port: Int) {
        authority = (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }

    // MARK: From the connection

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        tunnel.write(unwrapOutboundIn(data))
        if let promise { waitingWrites.append(promise) }
    }

    func flush(context: ChannelHandlerContext) {
        ask(context)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard !tunnel.isClosed, closing == nil, context.channel.isActive else {
            return context.close(mode: mode, promise: promise)
        }
        closing = promise ?? context.eventLoop.makePromise()
        tunnel.close()
        if tunnel.isClosed { return finish(context) }
        timer?.cancel()
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        let limit = context.value.eventLoop.scheduleTask(in: Self.farewell) { handler.value.finish(context.value) }
        context.value.channel.closeFuture.whenComplete { _ in limit.cancel() }
        ask(context.value)
    }

    private func finish(_ context: ChannelHandlerContext) {
        let promise = closing
        closing = nil
        context.close(mode: .all, promise: promise)
    }

    // MARK: To the server

    private func ask(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        guard let request = tunnel.nextRequest(now: context.eventLoop.now) else { return wait(context) }
        sentWrites += waitingWrites
        waitingWrites = []
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: request.path)
        head.headers = [
            "Host": authority, "User-Agent": "Swiftwater", "Content-Type": "application/x-fcs",
            "Content-Length": "\(request.body.readableBytes)", "Connection": "Keep-Alive", "Cache-Control": "no-cache",
        ]
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(request.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func wait(_ context: ChannelHandlerContext) {
        guard let next = tunnel.nextRequestAt else { return }
        timer?.cancel()
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.value.eventLoop.scheduleTask(deadline: next) { handler.value.ask(context.value) }
    }

    // MARK: From the server

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        ask(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
            body = ByteBuffer()
        case .body(let part):
            guard body.readableBytes + part.readableBytes <= Self.mostAnswerBytes else {
                return fail(context, Failure.answerTooLong)
            }
            body.writeImmutableBuffer(part)
        case .end:
            takeAnswer(context)
        }
    }

    private func takeAnswer(_ context: ChannelHandlerContext) {
        let bytes: ByteBuffer
        do throws(RTMPTunnelClient.Fault) {
            bytes = try tunnel.receive(status: status, body: body, now: context.eventLoop.now)
        } catch {
            return fail(context, error)
        }
        body = ByteBuffer()
        let done = sentWrites
        sentWrites = []
        for promise in done { promise.succeed(()) }
        if bytes.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(bytes))
            context.fireChannelReadComplete()
        }
        if tunnel.isClosed { return finish(context) }
        ask(context)
    }

    private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
        context.fireErrorCaught(error)
        context.close(mode: .all, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        for promise in sentWrites + waitingWrites { promise.fail(ChannelError.ioOnClosedChannel) }
        (sentWrites, waitingWrites) = ([], [])
        closing?.succeed(())
        closing = nil
        context.fireChannelInactive()
    }
}
