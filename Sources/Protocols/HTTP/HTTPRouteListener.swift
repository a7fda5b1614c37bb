public import EndpointCore
import Hummingbird
public import Logging
public import NIOCore
public import ServiceLifecycle

/// A port for the requests of some routes, and nothing else.
public struct HTTPRouteListener: Sendable {
    /// How long a connection may be idle between requests: 60 s, as at the port for all.
    private static let idleTimeout = TimeAmount.seconds(60)

    private let purpose: String
    private let routes: HTTPRoutes
    private let connections = OpenConnections()
    private let clients = ProxiedAddresses()
    private let gate: ConnectionGate
    private let eventLoops: any EventLoopGroup
    private let logger: Logger

    /// Makes an endpoint.
    ///
    /// - Parameters:
    ///   - purpose: what for, such as `RTMPT`.
    ///   - routes: what is answered.
    ///   - gate: counts the connections, and says when there are too many.
    public init(
        for purpose: String, routes: HTTPRoutes, gate: ConnectionGate,
        eventLoops: any EventLoopGroup, logger: Logger
    ) {
        self.purpose = purpose
        self.routes = routes
        self.gate = gate
        self.eventLoops = eventLoops
        self.logger = logger
    }

    /// The service that listens and serves.
    ///
    /// - Parameters:
    ///   - target: where.
    ///   - reception: how connections are received; asked for each.
    ///   - onListening: called once with the listening channel, whose `localAddress` tells the port.
    /// - Returns: a service that throws `ListenFailure` when the port cannot be had.
    public func service(
        at target: ListenTarget, _ reception: @escaping @Sendable () -> Reception = { .plain },
        onListening: @escaping @Sendable (any Channel) async -> Void
    ) -> any Service {
        let house = HTTPPort.House(
            handlers: { [connections] _ in [ConnectionRegistration(connections)] }, clients: clients, gate: gate,
            idleTimeout: Self.idleTimeout, logger: logger)
        return HTTPService(
            target: target, purpose: purpose, eventLoops: eventLoops, logger: logger,
            responder: RouteResponder(routes: routes, metrics: HTTPMetrics(), clients: clients),
            port: { HTTPPort(house, reception: reception, responder: $0) }, onListening: onListening)
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
    let clients: ProxiedAddresses

    func respond(to request: Request, context: PlaybackContext) async throws -> Response {
        let route = routes.route(for: request)
        let response =
            await route?.response(to: request, from: context.peer(told: clients))
            ?? .text(.notFound, "nothing here")
        metrics.count(
            request: response.status.code, bytes: response.body.contentLength ?? 0,
            of: route.map(\.answerProtocol) ?? .http)
        return response
    }
}

/// Keeps a connection among those that are open.
private final class ConnectionRegistration: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let connections: OpenConnections

    init(_ connections: OpenConnections) {
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.insert(context.channel)
    }
}
