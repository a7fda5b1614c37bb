import EndpointCore
import Logging
import Metrics
import NIOCore

/// Tells what a peer speaks that does not speak HTTP.
///
/// It looks at what comes first, hands it on, and leaves the pipeline: the HTTP server behind it refuses what it cannot
/// read, and does not know what it was.
final class FirstWords: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let clients: ProxiedAddresses
    private let faults: Counter
    private let logger: Logger

    /// Makes the listener of one connection.
    ///
    /// - Parameters:
    ///   - clients: knows whose connection it is.
    ///   - faults: counts peers that speak something else.
    ///   - logger: is told of them.
    init(_ clients: ProxiedAddresses, faults: Counter, _ logger: Logger) {
        self.clients = clients
        self.faults = faults
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard bytes.readableBytes > 0 else { return context.fireChannelRead(data) }
        if let language = Self.foreignLanguage(of: bytes) {
            faults.increment()
            logger.info(
                "connection refused",
                metadata: [
                    "peer.address": "\(clients.address(of: context.channel)?.hostAndPort ?? "unknown")",
                    "protocol": "http", "reason": "the peer speaks \(language); this is a port for HTTP",
                ])
        }
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    /// What begins with these bytes, where that is not HTTP.
    static func foreignLanguage(of bytes: ByteBuffer) -> String? {
        switch ProxyHeader.beginning(of: bytes) {
        case .version1, .version2: return "the PROXY protocol"
        case .undecided, .none: break
        }
        guard let first: UInt8 = bytes.getInteger(at: bytes.readerIndex) else { return nil }
        // An empty line may stand before a request (RFC 9112 §2.2).
        if first == UInt8(ascii: "\r") || first == UInt8(ascii: "\n") { return nil }
        let language = FirstByte.language(of: first)
        return language == "HTTP" ? nil : language
    }
}
