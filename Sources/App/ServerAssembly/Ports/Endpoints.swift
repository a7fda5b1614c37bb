import ConfigurationReading
import EndpointCore
import HTTPDelivery
import Logging
import NIOCore
import RTMPEndpoint
import StreamHub
import Thumbnails

/// The protocols that clients speak, and which of them is spoken at which port.
struct Endpoints: Sendable {
    let rtmp: RTMPListener
    let tunnels: RTMPTunnels
    private let http: HTTPListener
    private let tunnelRoutes: HTTPRoutes
    /// The API of SRS, at the port for it alone.
    let srsRoutes = HTTPRoutes()
    /// The ports for some routes and nothing else, and what counts their connections.
    private let routePorts: [ServerPort: HTTPRouteListener]
    private let routeGate: ConnectionGate
    private let current: CurrentConfiguration

    /// Makes the endpoints of a server.
    ///
    /// - Parameters:
    ///   - routes: what is answered at the HTTP ports beside streams.
    ///   - authorizer: decides who may publish and play.
    init(
        _ current: CurrentConfiguration, registry: StreamRegistry, origin: HLSOrigin, pictures: PictureMaker,
        routes: HTTPRoutes, sessions: SessionDirectory, authorizer: any StreamAuthorizer,
        eventLoops: any EventLoopGroup, logger: Logger
    ) {
        self.current = current
        let configuration = current.value
        var httpConfiguration = HTTPListener.Configuration(configuration.http)
        httpConfiguration.sessions = sessions
        httpConfiguration.pictures = pictures
        httpConfiguration.documents = ServerDocuments().byPath
        httpConfiguration.routes = routes
        http = HTTPListener(
            httpConfiguration, registry: registry, origin: origin, authorizer: authorizer, eventLoops: eventLoops,
            logger: logger)
        var rtmpConfiguration = RTMPListener.Configuration(configuration.rtmp, applications: current)
        rtmpConfiguration.sessions = sessions
        rtmp = RTMPListener(
            rtmpConfiguration, registry: registry, authorizer: authorizer, eventLoops: eventLoops, logger: logger)
        tunnels = RTMPTunnels(RTMPTunnels.Configuration(configuration), into: rtmp, eventLoops: eventLoops)
        tunnelRoutes = HTTPRoutes(tunnels.routes)
        let gate = ConnectionGate(
            limit: configuration.http.connections, limitPerAddress: configuration.http.connectionsPerAddress)
        routeGate = gate
        func routePort(_ purpose: String, _ routes: HTTPRoutes) -> HTTPRouteListener {
            HTTPRouteListener(for: purpose, routes: routes, gate: gate, eventLoops: eventLoops, logger: logger)
        }
        routePorts = [
            .rtmpt: routePort("RTMPT", tunnelRoutes), .rtmpts: routePort("RTMPTS", tunnelRoutes),
            .srs: routePort("the API of SRS", srsRoutes),
        ]
    }

    /// Begins to listen at a port.
    ///
    /// - Parameter services: runs what takes HTTP there.
    /// - Throws: `ListenFailure` when the port cannot be had.
    func listen(
        at port: ServerPort, _ target: ListenTarget, in services: ServiceRoom,
        _ reception: @escaping @Sendable () -> Reception
    ) async throws -> any Channel {
        if port.takesSockets { return try await rtmp.listen(at: target, reception) }
        if let routePort = routePorts[port] {
            return try await services.begin { routePort.service(at: target, reception, onListening: $0) }
        }
        return try await services.begin { onListening in
            http.service(
                at: target, reception, guests: { current.value.httpTakesRTMP ? [rtmp] : [] }, onListening: onListening)
        }
    }

    /// Goes by another configuration, which is in force.
    func follow(_ new: ServerConfiguration) {
        rtmp.configuration = RTMPListener.Configuration(new.rtmp, applications: current, from: rtmp.configuration)
        tunnels.configuration = RTMPTunnels.Configuration(new)
        tunnelRoutes.replace(with: tunnels.routes)
        for gate in [http.setLimits, routeGate.setLimits] {
            gate(new.http.connections, new.http.connectionsPerAddress)
        }
    }

    /// Lets RTMP clients that know how move to another server.
    ///
    /// - Returns: how many were asked.
    func requestReconnects(within limit: TimeAmount) async -> Int {
        async let tunnelled = tunnels.requestReconnects(within: limit)
        return await rtmp.requestReconnects(within: limit) + tunnelled
    }

    /// Lets everybody go: the streams have ended, and what players still read is given a moment.
    func closeConnections(within limit: TimeAmount) async {
        await withTaskGroup { group in
            group.addTask { await rtmp.closeConnections(within: limit) }
            group.addTask { await tunnels.closeAll(within: limit) }
            group.addTask { await http.closeConnections(within: limit) }
            for port in routePorts.values { group.addTask { await port.closeConnections(within: limit) } }
        }
    }
}
