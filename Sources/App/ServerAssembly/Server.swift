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

    /// The configuration in force; what is set here holds for whatever is decided afterwards.
    public let configuration: CurrentConfiguration
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private let registry: StreamRegistry
    private let control: ControlRoom
    private let rtmp: RTMPListener
    private let tunnels: RTMPTunnels
    private let tunnelPort: HTTPRouteListener?
    private let secureTunnelPort: HTTPRouteListener?
    private let http: HTTPListener
    /// The port of `rtmp.listen`, and the one that was taken in its place when that was 0.
    private let rtmpPort: NIOLockedValueBox<Int>
    private let catalogue: CatalogueDoor
    private let hooks: HookRoom
    private let onListening: @Sendable (Addresses) -> Void
    /// The channels that take RTMP connections, while they do.
    private let rtmpChannels = NIOLockedValueBox<[any Channel]>([])
    /// The certificates, once the server runs and where it needs any.
    private let certificates = NIOLockedValueBox<CertificateStore?>(nil)

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
        let catalogue = CatalogueDoor(folder: configuration.data, logger: logger) { storage in
            try await FirstToken.prepare(storage, folder: configuration.data, logger: logger)
        }
        let authorizer = PolicyAuthorizer(
            configuration: { current.value }, catalogue: catalogue,
            isTrusted: { current.value.proxyProtocol.trusted.contains(address: $0) }, logger: logger)
        let control = ControlRoom(current, logger: logger)
        let hooks = HookRoom(
            current, policy: authorizer, catalogue: catalogue, eventLoops: eventLoops, logger: logger)
        hooks.notices.listen(to: control)
        let origin = HLSOrigin(
            settings: { HLSSettings(current.value.application($0.application)) }, logger: logger)
        registry = StreamRegistry(
            settings: { StreamSettings(current.value.application($0.application)) },
            observers: [origin, control.watch],
            meter: StreamMetrics())

        var http = HTTPListener.Configuration(configuration.http)
        http.sessions = control.sessions
        http.pictures = PictureMaker(registry: registry, logger: logger) {
            PictureMaker.Configuration(current.value.thumbnails)
        }
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
            authorizer: hooks.admission, eventLoops: eventLoops, logger: logger)
        tunnels = RTMPTunnels(RTMPTunnels.Configuration(configuration.rtmpt), into: rtmp, eventLoops: eventLoops)
        tunnelPort = configuration.rtmpt.listen.map { [tunnels] in
            HTTPRouteListener(
                at: $0, for: "RTMPT", tunnels, configuration.http, eventLoops: eventLoops, logger: logger)
        }
        secureTunnelPort = configuration.rtmpts.listen.map { [tunnels] in
            HTTPRouteListener(
                at: $0, for: "RTMPTS", tunnels, configuration.http, eventLoops: eventLoops, logger: logger)
        }
        var routes = control.routes(
            over: registry, as: configuration.api, authorizer: authorizer,
            registrations: Registrations(
                catalogue: catalogue, rtmpPort: { rtmpPort.withLockedValue { $0 } },
                keysChanged: { await authorizer.refreshTokenKeys() }),
            webhooks: hooks.courier, eventLoops: eventLoops, logger: logger)
        routes[OBSMultitrackEndpoint.path] = multitrack.route
        routes.merge(Dashboard.routes) { route, _ in route }
        if configuration.rtmpt.onHTTPPort { routes.merge(tunnels.routes) { route, _ in route } }
        http.routes = HTTPRoutes(routes)

        self.http = HTTPListener(
            http, registry: registry, origin: origin, authorizer: hooks.admission, eventLoops: eventLoops,
            logger: logger)
        self.catalogue = catalogue
        self.hooks = hooks
        self.configuration = current
        self.rtmpPort = rtmpPort
        self.control = control
        self.eventLoops = eventLoops
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
        let store = try CertificateStore(serving: configuration.value, logger: logger)
        certificates.withLockedValue { $0 = store }
        let plan = ListenerPlan(configuration.value, certificates: store)
        do {
            let rtmpAddress = try await listen(plan.rtmp)
            if let port = rtmpAddress?.port { rtmpPort.withLockedValue { $0 = port } }
            var rtmpsAddress: SocketAddress?
            if let rtmps = plan.rtmps { rtmpsAddress = try await listen(rtmps) }
            let services = httpServices(plan) { [onListening, control, catalogue, rtmpsAddress] places in
                guard let rtmpAddress, let http = places.http else { return }
                control.note(ports: [
                    ("rtmp", rtmpAddress), ("rtmps", rtmpsAddress), ("rtmpt", places.rtmpt),
                    ("rtmpts", places.rtmpts), ("http", http), ("https", places.https),
                ])
                onListening(
                    Addresses(
                        rtmp: rtmpAddress, rtmps: rtmpsAddress, rtmpt: places.rtmpt, rtmpts: places.rtmpts, http: http,
                        https: places.https))
                // Who tries the server in some folder gets no data folder in it before there is something to keep.
                if catalogue.isExpected { Task { await catalogue.storage() } }
            }
            try await withGracefulShutdownHandler {
                try await store.watching(every: { TimeAmount(configuration.value.tls.checkInterval) }) {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for service in services { group.addTask { try await service.run() } }
                        try await group.waitForAll()
                    }
                }
            } onGracefulShutdown: {
                for channel in rtmpChannels.withLockedValue({ $0 }) { channel.close(promise: nil) }
                registry.endAll()
                control.events.finish()
                Task { await closeConnections() }
            }
        } catch {
            await stopListening()
            await hooks.close()
            throw error
        }
        await closeConnections()
        await hooks.close()
    }

    /// Reads the certificates' files again, as the configuration in force names them.
    public func reloadCertificates() async {
        guard let store = certificates.withLockedValue({ $0 }) else { return }
        let files = configuration.value.tls.certificates.map(CertificateFiles.init)
        try? await NIOThreadPool.singleton.runIfActive { store.reload(files.isEmpty ? nil : files) }
    }

    /// Where the services of the ports for HTTP listen, as far as they do yet.
    private struct HTTPPlaces {
        var http: SocketAddress?
        var https: SocketAddress?
        /// For tunnels alone.
        var rtmpt: SocketAddress?
        /// For those inside TLS.
        var rtmpts: SocketAddress?
        /// How many are still to come.
        var missing: Int
    }

    /// The services of the ports for HTTP.
    ///
    /// - Parameter onListening: called once when all of them are open.
    private func httpServices(
        _ plan: ListenerPlan, onListening: @escaping @Sendable (HTTPPlaces) -> Void
    ) -> [any Service] {
        let guests: [any ConnectionGuest] = plan.httpTakesRTMP ? [rtmp] : []
        let places = NIOLockedValueBox(HTTPPlaces(missing: 0))
        func noting(
            _ note: @escaping @Sendable (SocketAddress?, inout HTTPPlaces) -> Void
        ) -> @Sendable (any Channel) async -> Void {
            places.withLockedValue { $0.missing += 1 }
            return { channel in
                let known = places.withLockedValue { places in
                    note(channel.localAddress, &places)
                    places.missing -= 1
                    return places
                }
                if known.missing == 0 { onListening(known) }
            }
        }
        var services = [
            http.service(
                at: plan.http.target, plan.http.reception, guests: guests, onListening: noting { $1.http = $0 })
        ]
        if let https = plan.https {
            services.append(
                http.service(at: https.target, https.reception, guests: guests, onListening: noting { $1.https = $0 }))
        }
        if let rtmpt = plan.rtmpt, let tunnelPort {
            services.append(tunnelPort.service(rtmpt.reception, onListening: noting { $1.rtmpt = $0 }))
        }
        if let rtmpts = plan.rtmpts, let secureTunnelPort {
            services.append(secureTunnelPort.service(rtmpts.reception, onListening: noting { $1.rtmpts = $0 }))
        }
        return services
    }

    private func listen(_ place: ListenerPlan.Place) async throws -> SocketAddress? {
        let channel = try await rtmp.listen(at: place.target, place.reception)
        rtmpChannels.withLockedValue { $0.append(channel) }
        return channel.localAddress
    }

    private func stopListening() async {
        for channel in rtmpChannels.withLockedValue({ $0 }) { try? await channel.close() }
    }

    /// Takes no new RTMP connections, and lets clients that know how move to another server, for as long as is configured.
    ///
    /// To be called before the server is told to stop.
    public func drain() async {
        let limit = configuration.value.rtmp.drain
        guard limit > .zero else { return }
        await stopListening()
        let tunnelsAsked = await tunnels.requestReconnects()
        let asked = await rtmp.requestReconnects(within: TimeAmount(limit)) + tunnelsAsked
        logger.notice("clients asked to connect anew", metadata: ["count": "\(asked)"])
    }

    /// Lets everybody go in order: the streams have ended, and what players still read is given a moment.
    private func closeConnections() async {
        async let rtmp: Void = rtmp.closeConnections(within: Self.farewell)
        async let tunnels: Void = tunnels.closeAll(within: Self.farewell)
        async let http: Void = http.closeConnections(within: Self.farewell)
        async let tunnelPort: Void? = tunnelPort?.closeConnections(within: Self.farewell)
        async let secureTunnelPort: Void? = secureTunnelPort?.closeConnections(within: Self.farewell)
        _ = await (rtmp, tunnels, http, tunnelPort, secureTunnelPort)
    }
}
