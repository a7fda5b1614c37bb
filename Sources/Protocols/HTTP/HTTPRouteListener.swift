public import EndpointCore
import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore
public import ServiceLifecycle

/// A port for the requests of some routes, and nothing else.
public struct HTTPRouteListener: Sendable {
    /// How long a connection may be idle between requests: 60 s, as at the port for all.
    private static let idleTimeout = TimeAmount.seconds(60)

    private let target: ListenTarget
    private let purpose: String
    private let routes: HTTPRoutes
    private let connections = OpenConnections()
    private let gate: ConnectionGate
    private let eventLoops: any EventLoopGroup
    private let logger: Logger

    /// Makes an endpoint.
    ///
    /// - Parameters:
    ///   - target: where to listen.
    ///   - purpose: what for, such as `RTMPT`.
    ///   - routes: what is answered.
    ///   - gate: counts the connections, and says when there are too many.
    public init(
        at target: ListenTarget, for purpose: String, routes: HTTPRoutes, gate: ConnectionGate,
        eventLoops: any EventLoopGroup, logger: Logger
    ) {
        self.target = target
        self.purpose = purpose
        self.routes = routes
        self.gate = gate
        self.eventLoops = eventLoops
        self.logger = logger
    }

    /// The service that listens and serves.
    ///
    /// - Parameter onListening: called once with the listening channel, whose `localAddress` tells the port.
    /// - Returns: a service that throws `ListenFailure` when the port cannot be had.
    public func service(onListening: @escaping @Sendable (any Channel) async -> Void) -> any Service {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return HTTPService(target: target, purpose: purpose, eventLoops: eventLoops) { [self, quiet] host in
            Application(
                responder: RouteResponder(routes: routes, metrics: HTTPMetrics()),
                server: .http1(
                    configuration: .init(
                        additionalChannelHandlers: [
                            ConnectionAdmission(gate, connections, logger: logger)
                        ],
                        idleTimeout: Self.idleTimeout)),
                configuration: .init(address: .hostname(host, port: target.port), serverName: "Swiftwater"),
                onServerRunning: { await onListening($0) },
                eventLoopGroupProvider: .shared(eventLoops),
                logger: quiet)
        }
    }

    /// Closes every connection, after letting them end by themselves for a moment.
    public func closeConnections(within limit: TimeAmount) async {
        await connections.drain(within: limit)
    }
}

/// Answers requests by routes.
private struct RouteResponder: HTTPResponder {
    typealias Context = PlaybackContext

    let routes: HTTPRoutes
    let metrics: HTTPMetrics

    func respond(to request: Request, context: PlaybackContext) async throws -> Response {
        let route = routes.route(for: request.uri.path)
        let response = await route?.response(to: request, context) ?? .text(.notFound, "nothing here")
        metrics.count(request: response.status.code, bytes: response.body.contentLength ?? 0)
        return response
    }
}

/// Turns a connection away when there are too many; otherwise keeps it among those that are open.
private final class ConnectionAdmission: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let gate: ConnectionGate
    private let connections: OpenConnections
    private let logger: Logger

    init(_ gate: ConnectionGate, _ connections: OpenConnections, logger: Logger) {
        self.gate = gate
        self.connections = connections
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        do throws(ConnectionGate.Refusal) {
            try gate.admit(context.remoteAddress, on: context.channel)
            connections.insert(context.channel)
        } catch {
            logger.info(
                "connection refused",
                metadata: [
                    "peer.address": "\(context.remoteAddress?.hostAndPort ?? "unknown")", "protocol": "rtmpt",
                    "reason": "too many connections: \(error)",
                ])
            context.channel.close(promise: nil)
        }
    }
}
