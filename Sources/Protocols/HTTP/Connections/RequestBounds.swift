import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Ends connections whose requests take too long, and tells what is no HTTP why it is refused.
///
/// The HTTP server behind it bounds the bytes of a request, and how long a connection is silent. It does not bound how long
/// a body may trickle, and lets a connection idle whose bytes it cannot read.
final class RequestBounds: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long a body may take to come in: the longest body that any route takes comes in time over 2 Mb/s.
    static let bodyTimeLimit = TimeAmount.seconds(60)

    private let bodyTimeLimit: TimeAmount
    private var bodyDeadline: Scheduled<Void>?
    /// Requests whose answers have not ended.
    private var unanswered = 0

    init(bodyTimeLimit: TimeAmount = RequestBounds.bodyTimeLimit) {
        self.bodyTimeLimit = bodyTimeLimit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            unanswered += 1
            bodyDeadline?.cancel()
            bodyDeadline = context.eventLoop.assumeIsolated().scheduleTask(in: bodyTimeLimit) { [self] in
                refuse(.requestTimeout, context)
            }
        case .body: break
        case .end: cancelDeadline()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { unanswered = max(0, unanswered - 1) }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow: refuse(.requestHeaderFieldsTooLarge, context)
        case is HTTPParserError: refuse(.badRequest, context)
        default: context.fireErrorCaught(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelDeadline()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelDeadline()
    }

    private func cancelDeadline() {
        bodyDeadline?.cancel()
        bodyDeadline = nil
    }

    /// Says why, unless an answer may be under way, and closes.
    private func refuse(_ status: HTTPResponse.Status, _ context: ChannelHandlerContext) {
        cancelDeadline()
        let isTimeout = status == .requestTimeout
        if unanswered == (isTimeout ? 1 : 0) {
            let head = HTTPResponse(status: status, headerFields: [.contentLength: "0", .connection: "close"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.close(promise: nil)
    }
}
