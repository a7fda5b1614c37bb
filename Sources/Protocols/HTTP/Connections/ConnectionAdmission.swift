import EndpointCore
import Logging
import NIOCore

/// Turns a connection away when there are too many, and gives its place back when it closes.
final class ConnectionAdmission: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let gate: ConnectionGate
    private let logger: Logger

    init(_ gate: ConnectionGate, logger: Logger) {
        self.gate = gate
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let address = context.remoteAddress?.peerAddress ?? "unknown"
        do throws(ConnectionGate.Refusal) {
            try gate.enter(address)
            context.channel.closeFuture.whenComplete { [gate] _ in gate.leave(address) }
        } catch {
            logger.info(
                "connection refused",
                metadata: [
                    "peer.address": "\(address)", "protocol": "http", "reason": "too many connections: \(error)",
                ])
            context.channel.close(promise: nil)
        }
    }
}
