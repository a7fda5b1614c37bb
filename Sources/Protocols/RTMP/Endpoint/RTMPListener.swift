public import EndpointCore
public import Logging
import NIOConcurrencyHelpers
public import NIOCore
import NIOPosix
public import RTMPSession
public import StreamHub

/// The RTMP listener: one connection handler for each client, publishers and players alike.
public final class RTMPListener: Sendable {
    /// How the endpoint listens and how long it waits.
    public struct Configuration: Sendable {
        /// Where to listen.
        ///
        /// Default: port 1935 of every address.
        public var listen = ListenTarget(host: nil, port: 1935)
        /// How sessions speak, how long they wait, how much they bear.
        public var session = RTMPServerSession.Configuration()
        /// What encrypted RTMP (RTMPE) is offered with.
        ///
        /// Default `nil`: it is refused.
        public var cryptography: (any RTMPECryptography)?
        /// Connections at the same time.
        ///
        /// Default 20,000.
        public var connections = 20_000
        /// Connections at the same time from one address; 0 for no limit.
        public var connectionsPerAddress = 0
        /// How long deciding on a wish to publish or play may take.
        ///
        /// Default 10 s: longer than any healthy service, shorter than encoders' patience.
        public var decisionTimeLimit = TimeAmount.seconds(10)
        /// How long a player that came before its publisher waits, by application.
        ///
        /// Default 10 s.
        public var waitForPublisher: @Sendable (_ application: String) -> TimeAmount = { _ in .seconds(10) }
        /// How much later a publisher's socket may be read, by application.
        ///
        /// Default: as soon as something comes.
        public var readPace: @Sendable (_ application: String) -> ReadPace = { _ in ReadPace() }

        /// Where publishers and players are entered.
        public var sessions = SessionDirectory()

        /// Makes the default configuration.
        public init() {}
    }

    /// What one read of a connection brings at most, until it publishes.
    ///
    /// 512 bytes: every connection keeps its buffer, and a player says little after the handshake.
    private static let readBytes = 512

    private let configurationBox: NIOLockedValueBox<Configuration>
    let registry: StreamRegistry
    let authorizer: any StreamAuthorizer
    let logger: Logger
    let metrics = EndpointMetrics(protocol: "rtmp")
    let secureMetrics = EndpointMetrics(protocol: "rtmps")
    let tunnelMetrics = EndpointMetrics(protocol: "rtmpt")
    let secureTunnelMetrics = EndpointMetrics(protocol: "rtmpts")
    let gate: ConnectionGate
    let readingRounds: ReadingRounds
    private let connections = OpenConnections()
    private let isLeavingBox = NIOLockedValueBox(false)
    private let eventLoops: any EventLoopGroup

    /// Makes an endpoint; `listen` starts it.
    public init(
        _ configuration: Configuration, registry: StreamRegistry, authorizer: any StreamAuthorizer,
        eventLoops: any EventLoopGroup, logger: Logger
    ) {
        configurationBox = NIOLockedValueBox(configuration)
        self.registry = registry
        self.authorizer = TimeLimitedAuthorizer(
            authorizer, limit: configuration.decisionTimeLimit, eventLoops: eventLoops)
        self.eventLoops = eventLoops
        readingRounds = ReadingRounds(eventLoops: eventLoops)
        self.logger = logger
        gate = ConnectionGate(
            limit: configuration.connections, limitPerAddress: configuration.connectionsPerAddress)
    }

    /// How the endpoint works; what is set holds for connections that are made from then on, except for where it listens,
    /// the time for decisions, and where sessions are entered.
    public var configuration: Configuration {
        get { configurationBox.withLockedValue { $0 } }
        set {
            configurationBox.withLockedValue { $0 = newValue }
            gate.setLimits(newValue.connections, perAddress: newValue.connectionsPerAddress)
        }
    }

    /// Starts to listen.
    ///
    /// Several calls open several ports of one endpoint.
    ///
    /// - Parameters:
    ///   - target: where; what is configured when nothing is said.
    ///   - reception: how connections are received; asked for each.
    /// - Returns: the listening channel, whose `localAddress` tells the port.
    /// - Throws: `ListenFailure`.
    public func listen(
        at target: ListenTarget? = nil, _ reception: @escaping @Sendable () -> Reception = { .plain }
    ) async throws -> any Channel {
        try await ServerBootstrap(group: eventLoops)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { [logger] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptFaultLog(protocol: "rtmp", logger: logger))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readBytes))
            .childChannelInitializer { channel in
                self.connections.insert(channel)
                let reception = reception()
                return channel.eventLoop.makeCompletedFuture {
                    if reception.isImmediate {
                        try self.addSocket(nil, to: channel)
                    } else {
                        try channel.pipeline.syncOperations.addHandler(self.receptionist(reception, of: channel))
                    }
                }
            }
            .listen(at: target ?? configuration.listen, for: "RTMP")
    }

    /// Why a newcomer is refused before the server stops.
    static let leavingWords = "the server is about to stop"

    /// Whether newcomers are refused.
    var isLeaving: Bool { isLeavingBox.withLockedValue { $0 } }

    /// Takes no new connection from now on, whichever way it comes; those that there are go on.
    public func refuseNewcomers() {
        isLeavingBox.withLockedValue { $0 = true }
    }

    /// Asks every client that announced reconnect requests to connect anew (Enhanced RTMP v2), and waits until those have
    /// left, or the limit is reached.
    ///
    /// Newcomers are to be refused before, and the port closed: by default they come back to where they were.
    ///
    /// - Returns: how many were asked.
    @discardableResult
    public func requestReconnects(within limit: TimeAmount) async -> Int {
        var asked: [any Channel] = []
        for channel in connections.channels {
            let answer = channel.eventLoop.submit {
                try channel.pipeline.syncOperations.handler(type: RTMPSocket.self).connection.requestReconnect()
            }
            // A connection that is gone need not be asked.
            if (try? await answer.get()) == true { asked.append(channel) }
        }
        let deadline = NIODeadline.now() + limit
        while NIODeadline.now() < deadline, asked.contains(where: { $0.isActive }) {
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        return asked.count
    }

    /// Closes every connection, after letting them end by themselves for a moment.
    public func closeConnections(within limit: TimeAmount) async {
        await connections.drain(within: limit)
    }
}

extension RTMPListener: ConnectionGuest {
    /// Whether it is a version that a client can begin with: RTMP's own, or that of an encrypted kind (RTMP 1.0 §5.2.2).
    public func recognizes(_ firstByte: UInt8) -> Bool {
        [0x03, 0x06, 0x08, 0x09].contains(firstByte)
    }

    /// Makes the connection one of this endpoint's.
    ///
    /// - Throws: `ConnectionGate.Refusal`.
    public func take(_ arrival: Arrival, on channel: any Channel) throws {
        try gate.admit(arrival.client, on: channel)
        connections.insert(channel)
        try addSocket(arrival, to: channel)
    }

    private func addSocket(_ arrival: Arrival?, to channel: any Channel) throws {
        let socket = RTMPSocket(endpoint: self, arrival: arrival, eventLoop: channel.eventLoop)
        try channel.pipeline.syncOperations.addHandler(socket)
    }

    /// Admits connections before the handshake of encryption, which costs more than all that follows.
    private func receptionist(_ reception: Reception, of channel: any Channel) -> Receptionist {
        Receptionist(
            reception,
            host: Receptionist.Host(
                name: "rtmp", logger: logger, faults: secureMetrics.faults, wantsFirstByte: false,
                admit: { try self.gate.admit($0, on: channel) }, take: { try self.addSocket($0, to: channel) }))
    }
}
