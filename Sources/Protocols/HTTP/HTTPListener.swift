public import EndpointCore
import Hummingbird
public import Logging
public import NIOCore
public import ServiceLifecycle
public import StreamHub

/// The HTTP listener: pages, HLS, and live streams as endless answers, all on one port.
public struct HTTPListener: Sendable {
    /// How the endpoint listens and what it shows besides streams.
    public struct Configuration: Sendable {
        /// Where to listen.
        ///
        /// Default: port 8080 of every address.
        public var listen = ListenTarget(host: nil, port: 8080)
        /// Connections at the same time, viewers among them.
        ///
        /// Default 20,000.
        public var connections = 20_000
        /// Connections at the same time from one address; 0 for no limit.
        public var connectionsPerAddress = 0
        /// How long a connection may be idle between requests.
        ///
        /// Default 60 s, more than a player's pause between playlists.
        public var idleTimeout = TimeAmount.seconds(60)
        /// How long deciding on a wish to play may take.
        ///
        /// Default 10 s: longer than any healthy service.
        public var decisionTimeLimit = TimeAmount.seconds(10)
        /// Documents by path, such as `/metrics`.
        public var documents: [String: @Sendable () -> HTTPDocument] = [:]
        /// Paths that other protocols and services answer, such as handshakes.
        public var routes = HTTPRoutes()
        /// Who makes pictures of streams; `nil`: nobody.
        public var pictures: (any PictureSource)?
        /// Where viewers are entered.
        public var sessions = SessionDirectory()

        /// Makes the default configuration.
        public init() {}
    }

    private let configuration: Configuration
    private let responder: PlaybackResponder
    private let house: HTTPPort.House
    private let connections = OpenConnections()
    private let eventLoops: any EventLoopGroup
    private let logger: Logger

    /// Makes an endpoint.
    public init(
        _ configuration: Configuration, registry: StreamRegistry, origin: HLSOrigin, authorizer: any StreamAuthorizer,
        eventLoops: any EventLoopGroup, logger: Logger
    ) {
        self.configuration = configuration
        self.eventLoops = eventLoops
        self.logger = logger
        let authorizer = TimeLimitedAuthorizer(
            authorizer, limit: configuration.decisionTimeLimit, eventLoops: eventLoops)
        let clients = ProxiedAddresses()
        responder = PlaybackResponder(
            origin: origin, registry: registry, authorizer: authorizer, documents: configuration.documents,
            routes: configuration.routes, pictures: configuration.pictures, metrics: HTTPMetrics(), clients: clients,
            audience: PlaylistAudience(
                eventLoop: eventLoops.next(), sessions: configuration.sessions, logger: logger),
            refusals: RefusalLog(logger))
        let answers = EndlessAnswers(
            registry: registry, authorizer: authorizer, metrics: LiveMetrics(), sessions: configuration.sessions,
            logger: logger)
        house = HTTPPort.House(
            handlers: { [connections] in [EndlessAnswerGate(answers, connections, clients, $0), RequestBounds()] },
            clients: clients,
            gate: ConnectionGate(
                limit: configuration.connections, limitPerAddress: configuration.connectionsPerAddress),
            idleTimeout: configuration.idleTimeout, logger: logger)
    }

    /// A service that listens and serves; several open several ports of one endpoint.
    ///
    /// - Parameters:
    ///   - target: where; what is configured when nothing is said.
    ///   - reception: how connections are received; asked for each.
    ///   - guests: other protocols whose connections come in here too; asked for each.
    ///   - onListening: called once with the listening channel, whose `localAddress` tells the port.
    /// - Returns: a service that throws `ListenFailure` when the port cannot be had.
    public func service(
        at target: ListenTarget? = nil, _ reception: @escaping @Sendable () -> Reception = { .plain },
        guests: @escaping @Sendable () -> [any ConnectionGuest] = { [] },
        onListening: @escaping @Sendable (any Channel) async -> Void
    ) -> any Service {
        let house = house
        return HTTPService(
            target: target ?? configuration.listen, eventLoops: eventLoops, logger: logger, responder: responder,
            port: { HTTPPort(house, reception: reception, guests: guests, responder: $0) }, onListening: onListening)
    }

    /// Sets other limits, for connections that are made from then on.
    public func setLimits(_ connections: Int, perAddress connectionsPerAddress: Int) {
        house.gate.setLimits(connections, perAddress: connectionsPerAddress)
    }

    /// Closes every connection, after letting them end by themselves for a moment.
    public func closeConnections(within limit: TimeAmount) async {
        await connections.drain(within: limit)
    }
}
