import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Marks requests of HTTP/1.0 with a header field, since behind the codec nobody sees the version any more.
///
/// A client that sends the field itself is taken for one of HTTP/1.0, which gains it nothing.
final class OldVersionMark: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// The field, in lower case.
    static let field = "swiftwater-http-version"

    /// Puts a mark between the parser of a connection and what translates for the HTTP server.
    static func add(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let translator = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
        try pipeline.addHandler(OldVersionMark(), position: .before(translator))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), head.version != .http1_1 else {
            return context.fireChannelRead(data)
        }
        head.headers.replaceOrAdd(name: Self.field, value: "\(head.version.major).\(head.version.minor)")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
