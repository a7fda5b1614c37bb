import Authorization
import Catalogue
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
import Recording
public import ServiceLifecycle
import StreamHub
import Thumbnails
import TransportSecurity
import Webhooks

/// The whole server: the one place where everybody is named.
public struct Server: Service {
    /// Where a running server can be reached.
    public struct Addresses: Sendable {
        /// Where encoders publish and RTMP players play.
        public var rtmp: SocketAddress
        /// Where they do so inside TLS, if anywhere.
        public var rtmps: SocketAddress?
        /// Where nothing but tunnels through HTTP is taken, if anywhere.
        public var rtmpt: SocketAddress?
        /// The same inside TLS.
        public var rtmpts: SocketAddress?
        /// Where browsers watch.
        public var http: SocketAddress
        /// Where they do so inside TLS, if anywhere.
        public var https: SocketAddress?
    }

    /// The version of the program.
    public static let version = "0.1.0"

    /// How long connections are given to end by themselves when the server stops.
    private static let farewell = TimeAmount.seconds(2)
    /// How long deciding on a handshake by HTTP may take: OBS gives up after five seconds.
    private static let handshakeDecision = TimeAmount.seconds(1)

    private let configuration: CurrentConfiguration
    private let keeper: ConfigurationKeeper?
    private let logger: Logger
    let registry: StreamRegistry
    let control: ControlRoom
    private let rtmp: RTMPListener
    private let tunnels: RTMPTunnels
    /// The ports for some routes and nothing else.
    private let routePorts: [HTTPRouteListener]
    private let http: HTTPListener
    private let catalogue: CatalogueDoor
    private let authorizer: PolicyAuthorizer
    private let hooks: HookRoom
    private let recordings: RecordingRoom
    private let certificates: ServerCertificates
    private let services: ServiceRoom
    private let ports: OpenPorts
    private let parts: ConfiguredParts
    private let onListening: @Sendable (Addresses) -> Void
    private let isOpen = NIOLockedValueBox(false)

    /// Builds a server; `run` starts it.
    ///
    /// - Parameters:
    ///   - configuration: what the operator decided.
    ///   - loaded: where that comes from, so that it can be read again and changed; `nil`: it stays as it is.
    ///   - metrics: what `/metrics` shows.
    ///   - eventLoops: where everything runs.
    ///   - logger: where it tells of itself.
    ///   - onReconfiguration: is told of each configuration that has come into force.
    ///   - onListening: called once when all ports are open.
    public init(
        _ configuration: ServerConfiguration, loaded: LoadedConfiguration? = nil, metrics: PrometheusRegistry,
        eventLoops: any EventLoopGroup, logger: Logger,
        onReconfiguration: @escaping @Sendable (ServerConfiguration) -> Void = { _ in },
        onListening: @escaping @Sendable (Addresses) -> Void
    ) {
        let current = CurrentConfiguration(configuration)
        let catalogue = CatalogueDoor(folder: configuration.data, logger: logger) { storage in
            try await FirstToken.prepare(storage, folder: configuration.data, logger: logger)
            try await RecordingJournal.closeInterrupted(in: storage, logger: logger)
        }
        let transport = HTTPHookTransport(eventLoops: eventLoops, version: Server.version)
        let authorizer = PolicyAuthorizer(
            configuration: { current.value }, catalogue: catalogue,
            isTrusted: { current.value.proxyProtocol.trusted.contains(address: $0) },
            keySets: KeySetFetcher(transport: transport), logger: logger)
        let control = ControlRoom(current, logger: logger)
        let hooks = HookRoom(
            current, policy: authorizer, catalogue: catalogue, sessions: control.sessions, transport: transport,
            eventLoops: eventLoops, logger: logger, onFailure: control.events.hookFailed)
        let notices = hooks.notices
        notices.listen(to: control)
        let recordings = RecordingRoom(
            current, catalogue: catalogue, control: control, notices: notices, logger: logger)
        let origin = HLSOrigin(
            settings: { HLSSettings(current.value.application($0.application)) }, logger: logger)
        let registry = StreamRegistry(
            settings: { StreamSettings(current.value.application($0.application)) },
            observers: [origin, control.watch, recordings.recorder],
            meter: StreamMetrics())

        let routes = HTTPRoutes()
        var httpConfiguration = HTTPListener.Configuration(configuration.http)
        httpConfiguration.sessions = control.sessions
        let pictures = PictureMaker(registry: registry, logger: logger) {
            PictureMaker.Configuration(current.value.thumbnails)
        }
        httpConfiguration.pictures = pictures
        httpConfiguration.documents = ServerDocuments().byPath
        httpConfiguration.routes = routes
        let http = HTTPListener(
            httpConfiguration, registry: registry, origin: origin, authorizer: hooks.admission, eventLoops: eventLoops,
            logger: logger)

        var rtmpConfiguration = RTMPListener.Configuration(configuration.rtmp, applications: current)
        rtmpConfiguration.sessions = control.sessions
        let rtmp = RTMPListener(
            rtmpConfiguration, registry: registry, authorizer: hooks.admission, eventLoops: eventLoops, logger: logger)
        let tunnels = RTMPTunnels(
            RTMPTunnels.Configuration(configuration.rtmpt), into: rtmp, eventLoops: eventLoops)
        let routeGate = ConnectionGate(
            limit: configuration.http.connections, limitPerAddress: configuration.http.connectionsPerAddress)
        let tunnelRoutes = HTTPRoutes(tunnels.routes)
        func routePort(_ purpose: String, _ routes: HTTPRoutes) -> HTTPRouteListener {
            HTTPRouteListener(for: purpose, routes: routes, gate: routeGate, eventLoops: eventLoops, logger: logger)
        }
        let rtmptPort = routePort("RTMPT", tunnelRoutes)
        let rtmptsPort = routePort("RTMPTS", tunnelRoutes)
        let srsRoutes = HTTPRoutes()
        let srsPort = routePort("the API of SRS", srsRoutes)

        let certificates = ServerCertificates(logger: logger)
        let services = ServiceRoom()
        let ports = OpenPorts { port, target in
            let reception: @Sendable () -> Reception = { current.value.reception(at: port, certificates) }
            switch port {
            case .rtmp, .rtmps: return try await rtmp.listen(at: target, reception)
            case .rtmpt:
                return try await services.begin { rtmptPort.service(at: target, reception, onListening: $0) }
            case .rtmpts:
                return try await services.begin { rtmptsPort.service(at: target, reception, onListening: $0) }
            case .srs:
                return try await services.begin { srsPort.service(at: target, reception, onListening: $0) }
            case .http, .https:
                return try await services.begin { onListening in
                    http.service(
                        at: target, reception, guests: { current.value.httpTakesRTMP ? [rtmp] : [] },
                        onListening: onListening)
                }
            }
        } retire: { port, channel in
            if port.takesSockets { try? await channel.close() } else { await services.retire(channel) }
        }

        // The port of `rtmp.listen`, and the one that was taken in its place when that was 0.
        let rtmpPort = NIOLockedValueBox(configuration.rtmp.listen.port)
        let multitrack = OBSMultitrackEndpoint(
            authorizer: TimeLimitedAuthorizer(authorizer, limit: Self.handshakeDecision, eventLoops: eventLoops),
            logger: logger, rtmpPort: { rtmpPort.withLockedValue { $0 } },
            settings: { OBSMultitrackSettings(current.value.application($0)) })
        let makeRoutes = NIOLockedValueBox<@Sendable (ServerConfiguration) -> [String: HTTPRoute]>({ _ in [:] })
        parts = ConfiguredParts(
            current: current, certificates: certificates, ports: ports, rtmp: rtmp, tunnels: tunnels, http: http,
            routeGate: routeGate, routes: routes, tunnelRoutes: tunnelRoutes,
            makeRoutes: { makeRoutes.withLockedValue { $0 }($0) }, registry: registry, recorder: recordings.recorder,
            metrics: metrics,
            onChange: { configuration, addresses in
                if let port = addresses[.rtmp]?.port { rtmpPort.withLockedValue { $0 = port } }
                control.note(addresses)
                onReconfiguration(configuration)
            })
        keeper = loaded.map { [parts] in
            ConfigurationKeeper.tellFaults(of: $0, to: logger)
            return ConfigurationKeeper(
                $0, catalogue: catalogue, events: control.events, logger: logger, enforce: parts.bringIntoForce)
        }
        let api = control.api(
            over: registry, authorizer: authorizer,
            registrations: Registrations(
                catalogue: catalogue, rtmpPort: { rtmpPort.withLockedValue { $0 } },
                publicURL: { current.value.http.publicURL },
                keysChanged: { await authorizer.refreshTokenKeys() },
                streamChanged: { recordings.recorder.follow($0) },
                isUsed: { authorizer.isUsed($0, of: $1, from: $2) }),
            webhooks: hooks.courier, pictures: pictures, recorder: recordings.recorder, configuration: keeper,
            eventLoops: eventLoops, logger: logger)
        srsRoutes.replace(with: SRSRoutes(api).routes)
        let metricsRoute = MetricsRoute(
            api, readers: { current.value.metrics.readers }, mediaType: PrometheusRegistry.contentType,
            render: { metrics.render() }
        ).route
        makeRoutes.withLockedValue {
            $0 = { configuration in
                var routes = api.routes
                if configuration.api.nginxRTMP { routes.merge(NginxRTMPRoutes(api).routes) { route, _ in route } }
                routes[OBSMultitrackEndpoint.path] = multitrack.route
                routes.merge(Dashboard.routes) { route, _ in route }
                routes["/metrics"] = metricsRoute
                if configuration.rtmpt.onHTTPPort { routes.merge(tunnels.routes) { route, _ in route } }
                return routes
            }
        }
        routes.replace(with: parts.makeRoutes(configuration))

        self.http = http
        self.rtmp = rtmp
        self.tunnels = tunnels
        routePorts = [rtmptPort, rtmptsPort, srsPort]
        self.certificates = certificates
        self.services = services
        self.ports = ports
        self.catalogue = catalogue
        self.authorizer = authorizer
        self.hooks = hooks
        self.recordings = recordings
        self.configuration = current
        self.control = control
        self.registry = registry
        self.logger = logger
        self.onListening = onListening
    }

    /// Runs until it is told to stop.
    ///
    /// - Throws: `ListenFailure` when a port cannot be had, `CertificateFault` when a certificate cannot be used.
    public func run() async throws {
        let watching = Task { await control.watch.run(over: registry) }
        defer { watching.cancel() }
        let telling = Task { await hooks.courier.run() }
        defer { telling.cancel() }
        let asking = Task { await hooks.updates.run() }
        defer { asking.cancel() }
        let fetching = Task { await authorizer.keepKeysFresh() }
        defer { fetching.cancel() }
        let writing = Task { await recordings.run() }
        defer { writing.cancel() }
        certificates.use(try certificates.prepare(for: configuration.value))
        let leaving = NIOLockedValueBox<Task<Void, Never>?>(nil)
        do {
            try await withGracefulShutdownHandler {
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask {
                        try await certificates.watch { TimeAmount(configuration.value.tls.checkInterval) }
                        return false
                    }
                    group.addTask {
                        try await open()
                        return false
                    }
                    group.addTask {
                        try await services.run()
                        return true
                    }
                    for try await isOver in group where isOver { group.cancelAll() }
                }
            } onGracefulShutdown: {
                services.close()
                registry.endAll()
                control.events.finish()
                leaving.withLockedValue {
                    $0 = Task {
                        async let quiet: Void = stopListening()
                        await closeConnections()
                        await quiet
                    }
                }
            }
        } catch {
            await stopListening()
            await leaving.withLockedValue { $0 }?.value
            await recordings.finish()
            await hooks.close()
            throw error
        }
        await closeConnections()
        // The event loops end after this, and with them whatever still works on them.
        await leaving.withLockedValue { $0 }?.value
        await recordings.finish()
        await hooks.close()
    }

    /// Opens the ports, and tells where they are.
    private func open() async throws {
        do {
            try await ports.move(to: configuration.value.ports)
        } catch is CancellationError {
            // Told to stop before it began.
            return
        }
        let addresses = await ports.addresses
        await parts.follow(configuration.value)
        guard let rtmp = addresses[.rtmp], let http = addresses[.http] else { return }
        onListening(
            Addresses(
                rtmp: rtmp, rtmps: addresses[.rtmps], rtmpt: addresses[.rtmpt],
                rtmpts: addresses[.rtmpts], http: http, https: addresses[.https]))
        // Who tries the server in some folder gets no data folder in it before there is something to keep.
        if catalogue.isExpected { _ = await catalogue.storage() }
        isOpen.withLockedValue { $0 = true }
    }

    /// Reads configuration and certificates again, and brings them into force as a whole or not at all; who is connected
    /// stays.
    ///
    /// What has changed, or what is wrong, is in the log.
    public func reload() async {
        // What is opening its ports goes by what was read a moment ago.
        while !isOpen.withLockedValue({ $0 }) {
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { return }
        }
        _ = try? await keeper?.reload(by: "signal")
    }

    private func stopListening() async {
        await ports.close { $0.takesSockets }
    }

    /// Takes no new RTMP connections, through HTTP neither, and lets clients that know how move to another server, for as
    /// long as is configured.
    ///
    /// To be called before the server is told to stop.
    public func drain() async {
        let limit = configuration.value.rtmp.drain
        guard limit > .zero else { return }
        // Those who come by the ports for HTTP, which stay open, are refused.
        rtmp.refuseNewcomers()
        await stopListening()
        async let tunnelled = tunnels.requestReconnects(within: TimeAmount(limit))
        let asked = await rtmp.requestReconnects(within: TimeAmount(limit)) + tunnelled
        logger.notice("clients asked to connect anew", metadata: ["count": "\(asked)"])
    }

    /// Lets everybody go in order: the streams have ended, and what players still read is given a moment.
    private func closeConnections() async {
        async let rtmp: Void = rtmp.closeConnections(within: Self.farewell)
        async let tunnels: Void = tunnels.closeAll(within: Self.farewell)
        async let http: Void = http.closeConnections(within: Self.farewell)
        await withTaskGroup { group in
            for port in routePorts { group.addTask { await port.closeConnections(within: Self.farewell) } }
        }
        _ = await (rtmp, tunnels, http)
    }
}
