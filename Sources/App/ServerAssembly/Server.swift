public import ConfigurationReading
import ControlAPI
import EndpointCore
import HTTPDelivery
public import Logging
import MediaModel
import NIOConcurrencyHelpers
public import NIOCore
import NIOPosix
import OBSEndpoint
public import Observability
import RTMPEndpoint
public import ServiceLifecycle
import StreamHub

/// The whole server: the one place where everybody is named.
public struct Server: Service {
    /// Where a running server can be reached.
    public struct Addresses: Sendable {
        /// Where encoders publish and RTMP players play.
        public var rtmp: SocketAddress
        /// Where browsers watch.
        public var http: SocketAddress
    }

    /// The version of the program.
    public static let version = "0.1.0"

    /// How long connections are given to end by themselves when the server stops.
    private static let farewell = TimeAmount.seconds(2)
    /// How long deciding on a handshake by HTTP may take: OBS gives up after five seconds.
    private static let handshakeDecision = TimeAmount.seconds(1)

    /// The configuration in force; what is set here holds for whatever is decided afterwards.
    public let configuration: CurrentConfiguration
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private let registry: StreamRegistry
    private let control: ControlRoom
    private let rtmp: RTMPListener
    private let tunnels: RTMPTunnels
    private let http: HTTPListener
    /// The port of `rtmp.listen`, and the one that was taken in its place when that was 0.
    private let rtmpPort: NIOLockedValueBox<Int>
    private let onListening: @Sendable (Addresses) -> Void
    /// The channel that takes RTMP connections, while it does.
    private let rtmpChannel = NIOLockedValueBox<(any Channel)?>(nil)

    /// Builds a server; `run` starts it.
    ///
    /// - Parameters:
    ///   - configuration: what the operator decided.
    ///   - metrics: what `/metrics` shows.
    ///   - eventLoops: where everything runs.
    ///   - logger: where it tells of itself.
    ///   - onListening: called once when all ports are open.
    public init(
        _ configuration: ServerConfiguration, metrics: PrometheusRegistry, eventLoops: any EventLoopGroup,
        logger: Logger, onListening: @escaping @Sendable (Addresses) -> Void
    ) {
        let current = CurrentConfiguration(configuration)
        let authorizer = ConfiguredAuthorizer(configuration: current)
        let control = ControlRoom(current, logger: logger)
        let origin = HLSOrigin(
            settings: { HLSSettings(current.value.application($0.application)) }, logger: logger)
        registry = StreamRegistry(
            settings: { StreamSettings(current.value.application($0.application)) },
            observers: [origin, control.watch],
            meter: StreamMetrics())

        var http = HTTPListener.Configuration(configuration.http)
        http.sessions = control.sessions
        http.documents = ServerDocuments(metrics: metrics).byPath
        let rtmpPort = NIOLockedValueBox(configuration.rtmp.listen.port)
        let multitrack = OBSMultitrackEndpoint(
            authorizer: TimeLimitedAuthorizer(authorizer, limit: Self.handshakeDecision, eventLoops: eventLoops),
            logger: logger, rtmpPort: { rtmpPort.withLockedValue { $0 } },
            settings: { OBSMultitrackSettings(current.value.application($0)) })
        var listener = RTMPListener.Configuration(configuration.rtmp, applications: current)
        listener.sessions = control.sessions
        rtmp = RTMPListener(
            listener, registry: registry,
            authorizer: authorizer, eventLoops: eventLoops, logger: logger)
        tunnels = RTMPTunnels(RTMPTunnels.Configuration(configuration.rtmpt), into: rtmp, eventLoops: eventLoops)
        var routes = control.routes(over: registry, eventLoops: eventLoops, logger: logger)
        routes[OBSMultitrackEndpoint.path] = multitrack.route
        if configuration.rtmpt.onHTTPPort { routes.merge(tunnels.routes) { route, _ in route } }
        http.routes = HTTPRoutes(routes)

        self.http = HTTPListener(
            http, registry: registry, origin: origin, authorizer: authorizer, eventLoops: eventLoops, logger: logger)
        self.configuration = current
        self.rtmpPort = rtmpPort
        self.control = control
        self.eventLoops = eventLoops
        self.logger = logger
        self.onListening = onListening
    }

    /// Runs until it is told to stop.
    ///
    /// - Throws: `ListenFailure` when a port cannot be had.
    public func run() async throws {
        let listener = try await rtmp.listen()
        rtmpChannel.withLockedValue { $0 = listener }
        let rtmpAddress = listener.localAddress
        if let port = rtmpAddress?.port { rtmpPort.withLockedValue { $0 = port } }
        let watching = Task { await control.watch.run(over: registry) }
        defer { watching.cancel() }
        let httpService = http.service { [onListening, control] channel in
            guard let rtmpAddress, let httpAddress = channel.localAddress else { return }
            control.note(ports: [("rtmp", rtmpAddress), ("http", httpAddress)])
            onListening(Addresses(rtmp: rtmpAddress, http: httpAddress))
        }
        do {
            try await withGracefulShutdownHandler {
                try await httpService.run()
            } onGracefulShutdown: {
                listener.close(promise: nil)
                registry.endAll()
                control.events.finish()
                Task { await closeConnections() }
            }
        } catch {
            try? await listener.close()
            throw error
        }
        await closeConnections()
    }

    /// Takes no new RTMP connections, and lets clients that know how move to another server, for as long as is configured.
    ///
    /// To be called before the server is told to stop.
    public func drain() async {
        let limit = configuration.value.rtmp.drain
        guard limit > .zero, let listener = rtmpChannel.withLockedValue({ $0 }) else { return }
        try? await listener.close()
        let tunnelsAsked = await tunnels.requestReconnects()
        let asked = await rtmp.requestReconnects(within: TimeAmount(limit)) + tunnelsAsked
        logger.notice("clients asked to connect anew", metadata: ["count": "\(asked)"])
    }

    /// Lets everybody go in order: the streams have ended, and what players still read is given a moment.
    private func closeConnections() async {
        async let rtmp: Void = rtmp.closeConnections(within: Self.farewell)
        async let tunnels: Void = tunnels.closeAll(within: Self.farewell)
        async let http: Void = http.closeConnections(within: Self.farewell)
        _ = await (rtmp, tunnels, http)
    }
}
