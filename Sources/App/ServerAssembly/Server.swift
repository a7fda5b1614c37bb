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
    private let endpoints: Endpoints
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

        let pictures = PictureMaker(registry: registry, logger: logger) {
            PictureMaker.Configuration(current.value.thumbnails)
        }
        let routes = ConfiguredRoutes()
        let endpoints = Endpoints(
            current, registry: registry, origin: origin, pictures: pictures, routes: routes.table,
            sessions: control.sessions, authorizer: hooks.admission, eventLoops: eventLoops, logger: logger)
        let certificates = ServerCertificates(logger: logger)
        let services = ServiceRoom()
        let ports = OpenPorts { port, target in
            try await endpoints.listen(at: port, target, in: services) {
                current.value.reception(at: port, certificates)
            }
        } retire: { port, channel in
            if port.takesSockets { try? await channel.close() } else { await services.retire(channel) }
        }
        parts = ConfiguredParts(
            current: current, certificates: certificates, ports: ports, endpoints: endpoints, routes: routes,
            registry: registry, recorder: recordings.recorder, metrics: metrics
        ) { configuration, addresses in
            control.note(addresses)
            onReconfiguration(configuration)
        }
        keeper = loaded.map { [parts] in
            ConfigurationKeeper.tellFaults(of: $0, to: logger)
            return ConfigurationKeeper(
                $0, catalogue: catalogue, events: control.events, logger: logger, enforce: parts.bringIntoForce)
        }

        // What stands in the configuration, or what was taken in its place where that is 0.
        let rtmpPort = { @Sendable in control.number(of: .rtmp) ?? configuration.rtmp.listen.port }
        let api = control.api(
            over: registry,
            authorizer: TokenRequests(authorizer, isBehindProxy: { current.value.isBehindProxy }),
            registrations: Registrations(
                catalogue: catalogue, rtmpPort: rtmpPort,
                publicURL: { current.value.http.publicURL },
                keysChanged: { await authorizer.refreshTokenKeys() },
                streamChanged: { recordings.recorder.follow($0) },
                isUsed: { authorizer.isUsed($0, of: $1, from: $2) }),
            webhooks: hooks.courier, pictures: pictures, recorder: recordings.recorder, configuration: keeper,
            eventLoops: eventLoops, logger: logger)
        let multitrack = OBSMultitrackEndpoint(
            authorizer: TimeLimitedAuthorizer(authorizer, limit: Self.handshakeDecision, eventLoops: eventLoops),
            logger: logger, rtmpPort: rtmpPort,
            settings: { OBSMultitrackSettings(current.value.application($0)) })
        let metricsRoute = MetricsRoute(
            api, readers: { current.value.metrics.readers }, isBehindProxy: { current.value.isBehindProxy },
            mediaType: PrometheusRegistry.contentType, render: { metrics.render() }
        ).route
        endpoints.srsRoutes.replace(with: SRSRoutes(api).routes)
        routes.add { _ in api.routes }
        routes.add { $0.api.nginxRTMP ? NginxRTMPRoutes(api).routes : [:] }
        routes.add { _ in [OBSMultitrackEndpoint.path: multitrack.route, "/metrics": metricsRoute] }
        routes.add { _ in Dashboard.routes }
        routes.add { $0.rtmpt.onHTTPPort ? endpoints.tunnels.routes : [:] }
        routes.follow(configuration)

        self.endpoints = endpoints
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
        let background = [
            Task { await control.watch.run(over: registry) }, Task { await hooks.courier.run() },
            Task { await hooks.updates.run() }, Task { await authorizer.keepKeysFresh() },
            Task { await recordings.run() },
        ]
        let leaving = NIOLockedValueBox<Task<Void, Never>?>(nil)
        do {
            certificates.use(try certificates.prepare(for: configuration.value))
            try await withGracefulShutdownHandler {
                try await serve()
            } onGracefulShutdown: {
                leaving.withLockedValue { $0 = beginLeaving() }
            }
        } catch {
            await stopListening()
            await leave(leaving.withLockedValue { $0 }, background)
            throw error
        }
        await endpoints.closeConnections(within: Self.farewell)
        await leave(leaving.withLockedValue { $0 }, background)
    }

    /// Opens the ports, and goes on until what listens there has ended.
    private func serve() async throws {
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
    }

    /// Ends the streams, and lets everybody go.
    private func beginLeaving() -> Task<Void, Never> {
        // Ports take a moment to close, and whoever came meanwhile would begin anew what has just been ended.
        endpoints.rtmp.refuseNewcomers()
        services.close()
        registry.endAll()
        control.events.finish()
        return Task {
            async let quiet: Void = stopListening()
            await endpoints.closeConnections(within: Self.farewell)
            await quiet
        }
    }

    /// Waits for all that goes on; the event loops end after this, and with them whatever still works on them.
    private func leave(_ leaving: Task<Void, Never>?, _ background: [Task<Void, Never>]) async {
        await leaving?.value
        await recordings.finish()
        await hooks.close()
        for task in background { task.cancel() }
        for task in background { await task.value }
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
        endpoints.rtmp.refuseNewcomers()
        await stopListening()
        let asked = await endpoints.requestReconnects(within: TimeAmount(limit))
        logger.notice("clients asked to connect anew", metadata: ["count": "\(asked)"])
    }
}
