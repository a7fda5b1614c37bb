public import EndpointCore
import Logging
import Metrics
import NIOConcurrencyHelpers
public import NIOCore
public import RTMPSession

/// RTMP through HTTP (RTMPT), for clients that reach nothing else: the routes by which tunnels are opened and used.
///
/// A tunnel ends up in the same connection as a socket does, with the same permission, limits, logs and metrics.
public final class RTMPTunnels: Sendable {
    /// How many tunnels there may be, and what they may ask for.
    public struct Configuration: Sendable {
        /// Whose requests a tunnel takes.
        public enum Binding: Sendable {
            /// Those from the address that opened it.
            case address
            /// Those from any address of the same family: for clients behind several proxies.
            case family
        }

        /// Tunnels at the same time.
        ///
        /// Default 1,000: each may hold a few MiB, and asks many times a second.
        public var tunnels = 1_000
        /// Bytes of one request's body at most, once the tunnel publishes; before, the longest command's 64 KiB.
        ///
        /// Default 4 MiB: ten messages of a stream of 100 Mbit/s, which FFmpeg sends together.
        public var bodyBytes = 4 << 20
        /// Whose requests a tunnel takes.
        ///
        /// Default `address`.
        public var binding = Binding.address
        /// Whether requests come through proxies, so that none is taken for one of a program on the server's own machine.
        ///
        /// Default `false`: what a request shows decides.
        public var isBehindProxy = false
        /// How much a tunnel holds, and how long it waits.
        public var tunnel = RTMPTunnel.Configuration()

        /// Makes the default configuration.
        public init() {}
    }

    /// Where a tunnel's requests come from.
    private struct Origin: Sendable {
        var address: String
        /// Whether they come inside TLS.
        var isSecure: Bool

        init(_ request: HTTPRoute.Request) {
            address = request.peerAddress
            isSecure = request.isSecure
        }
    }

    private struct Tunnel: Sendable {
        let origin: Origin
        let transport: NIOLoopBound<TunnelTransport>
        let eventLoop: any EventLoop
        /// Whether a request of it is being answered.
        var isBusy = false
    }

    /// A body is longer than what may come with its request, or did not come whole.
    fileprivate struct BodyNotTaken: Error {
        var limit: Int
    }

    private enum Lookup {
        case found(Tunnel)
        case busy
        case unknown
    }

    /// Bytes of a body that means nothing: 1 KiB, where clients send one byte.
    private static let mostIdleBytes = 1 << 10

    private let configurationBox: NIOLockedValueBox<Configuration>
    private let endpoint: RTMPListener
    private let eventLoops: EventLoopTurns
    private let tunnels = NIOLockedValueBox<[RTMPTunnelID: Tunnel]>([:])
    /// Tunnels that are open, or about to be.
    private let places: ConnectionGate

    /// Makes the tunnels into an RTMP endpoint.
    public init(_ configuration: Configuration, into endpoint: RTMPListener, eventLoops: any EventLoopGroup) {
        configurationBox = NIOLockedValueBox(configuration)
        self.endpoint = endpoint
        self.eventLoops = EventLoopTurns(eventLoops)
        places = ConnectionGate(limit: configuration.tunnels, limitPerAddress: 0)
    }

    /// What is set holds for tunnels that are opened from then on, and for bodies that come from then on.
    public var configuration: Configuration {
        get { configurationBox.withLockedValue { $0 } }
        set {
            configurationBox.withLockedValue { $0 = newValue }
            places.setLimits(newValue.tunnels, perAddress: 0)
        }
    }

    /// The routes, by path.
    public var routes: [String: HTTPRoute] {
        // An application may well be called `open`, and be watched.
        let route = HTTPRoute(
            methods: ["POST"], sharesPath: true, mostBodyBytes: configuration.bodyBytes, readsBody: true,
            countsBytes: true, isQuick: true
        ) { [self] in
            await answer($0)
        }
        return ["/open/": route, "/send/": route, "/idle/": route, "/close/": route, "/fcs/": route]
    }

    /// How many tunnels are open.
    public var count: Int { tunnels.withLockedValue { $0.count } }

    /// Asks every client that announced reconnect requests to connect anew, and waits until those have left, or the limit is
    /// reached.
    ///
    /// - Returns: how many were asked.
    @discardableResult
    public func requestReconnects(within limit: TimeAmount) async -> Int {
        var asked: Set<RTMPTunnelID> = []
        for (id, tunnel) in tunnels.withLockedValue({ $0 }) {
            let answer = tunnel.eventLoop.submit { tunnel.transport.value.requestReconnect() }
            if (try? await answer.get()) == true { asked.insert(id) }
        }
        let deadline = NIODeadline.now() + limit
        while NIODeadline.now() < deadline, tunnels.withLockedValue({ !asked.isDisjoint(with: $0.keys) }) {
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        return asked.count
    }

    /// Closes every tunnel, after letting them end by themselves for a moment.
    public func closeAll(within limit: TimeAmount) async {
        let deadline = NIODeadline.now() + limit
        while NIODeadline.now() < deadline, count > 0 {
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        for tunnel in tunnels.withLockedValue({ Array($0.values) }) {
            try? await tunnel.eventLoop.submit { tunnel.transport.value.close() }.get()
        }
    }

    // MARK: Requests

    private func answer(_ request: HTTPRoute.Request) async -> HTTPRoute.Answer {
        switch RTMPTunnelRequest(path: request.path) {
        case .open: await open(request)
        case .call(let call): await answer(call, request)
        // As Flash Media Server does: the address that was reached is the one to use.
        case .identify: .refusal(404, "use this address")
        case nil: .refusal(404, "no path of a tunnel: /open/1, /send/…, /idle/… and /close/… are")
        }
    }

    /// Whether a program on this machine asks for a tunnel: whoever has opened it is the only one who knows its name.
    private func isFromThisMachine(_ request: HTTPRoute.Request) -> Bool {
        !configuration.isBehindProxy && request.isFromThisMachine
    }

    private func open(_ request: HTTPRoute.Request) async -> HTTPRoute.Answer {
        do throws(BodyNotTaken) {
            _ = try await body(of: request, upTo: Self.mostIdleBytes)
        } catch {
            return .refusal(error)
        }
        return await open(from: Origin(request), isFromThisMachine: isFromThisMachine(request))
    }

    private func open(from origin: Origin, isFromThisMachine: Bool) async -> HTTPRoute.Answer {
        do throws(ConnectionGate.Refusal) {
            try places.enter(origin.address)
        } catch {
            (origin.isSecure ? endpoint.secureTunnelMetrics : endpoint.tunnelMetrics).refusals.increment()
            endpoint.logger.info(
                "tunnel refused",
                metadata: [
                    "protocol": origin.isSecure ? "rtmpts" : "rtmpt", "peer.address": "\(origin.address)",
                    "reason": "too many tunnels: \(error)",
                ])
            return .refusal(503, "too many tunnels")
        }
        var random = SystemRandomNumberGenerator()
        let id = RTMPTunnelID(using: &random)
        let eventLoop = eventLoops.next()
        let isOpen = try? await eventLoop.submit {
            self.open(id, for: origin, isFromThisMachine: isFromThisMachine, on: eventLoop)
        }.get()
        guard isOpen == true else {
            return .refusal(503, endpoint.isLeaving ? RTMPListener.leavingWords : "too many connections")
        }
        return .tunnel(ByteBuffer(string: id.text + "\n"))
    }

    /// Makes a tunnel on its event loop; says whether it was let in.
    private func open(
        _ id: RTMPTunnelID, for origin: Origin, isFromThisMachine: Bool, on eventLoop: any EventLoop
    ) -> Bool {
        let connection = RTMPConnection(endpoint: endpoint, carrier: origin.isSecure ? .secureTunnel : .tunnel)
        let transport = TunnelTransport(connection, configuration: configuration.tunnel, eventLoop: eventLoop) {
            [tunnels, places] in
            tunnels.withLockedValue { $0[id] = nil }
            places.leave(origin.address)
        }
        let tunnel = Tunnel(
            origin: origin, transport: NIOLoopBound(transport, eventLoop: eventLoop), eventLoop: eventLoop)
        tunnels.withLockedValue { $0[id] = tunnel }
        transport.open(for: origin.address, isFromThisMachine: isFromThisMachine)
        return !transport.isClosed
    }

    private func answer(_ call: RTMPTunnelRequest.Call, _ request: HTTPRoute.Request) async -> HTTPRoute.Answer {
        switch begin(call.tunnel, from: Origin(request)) {
        case .unknown: return .refusal(404, "no such tunnel")
        case .busy: return .refusal(409, "one request at a time")
        case .found(let tunnel):
            // Only now: nothing is kept of a request to no tunnel, nor of a second one to a tunnel.
            defer { end(call.tunnel) }
            do {
                let body = try await body(of: request, upTo: mostBytes(of: call.purpose, tunnel))
                let answer = try await tunnel.eventLoop.flatSubmit {
                    tunnel.transport.value.answerInTime(call, body: body)
                }.get()
                return answer.map { .tunnel($0) } ?? .refusal(404, "the tunnel is closed")
            } catch let error as BodyNotTaken {
                return .refusal(error)
            } catch {
                return .refusal(400, "the tunnel is closed: \(error)")
            }
        }
    }

    /// Bytes that the body of a call may have: who publishes nothing has nothing longer to say than a command.
    private func mostBytes(of purpose: RTMPTunnelRequest.Purpose, _ tunnel: Tunnel) async -> Int {
        guard purpose == .send else { return Self.mostIdleBytes }
        let isPublishing = try? await tunnel.eventLoop.submit { tunnel.transport.value.isPublishing }.get()
        let configuration = configuration
        if isPublishing == true { return configuration.bodyBytes }
        return min(configuration.bodyBytes, endpoint.configuration.session.limits.commandMessageBytes)
    }

    private func body(of request: HTTPRoute.Request, upTo limit: Int) async throws(BodyNotTaken) -> ByteBuffer {
        do {
            return try await request.collect(limit)
        } catch {
            throw BodyNotTaken(limit: limit)
        }
    }

    /// Finds a tunnel, and reserves it for one request.
    private func begin(_ id: RTMPTunnelID, from origin: Origin) -> Lookup {
        tunnels.withLockedValue { tunnels in
            guard let tunnel = tunnels[id], isBound(tunnel.origin, to: origin) else { return .unknown }
            guard !tunnel.isBusy else { return .busy }
            tunnels[id]?.isBusy = true
            return .found(tunnel)
        }
    }

    private func end(_ id: RTMPTunnelID) {
        tunnels.withLockedValue { $0[id]?.isBusy = false }
    }

    /// Whether a tunnel of one origin takes a request of another: never one without TLS where it was opened inside TLS.
    private func isBound(_ origin: Origin, to other: Origin) -> Bool {
        guard origin.isSecure == other.isSecure else { return false }
        return switch configuration.binding {
        case .address: origin.address == other.address
        case .family: origin.address.contains(":") == other.address.contains(":")
        }
    }
}

extension HTTPRoute.Answer {
    /// An answer in the form of the tunnel.
    fileprivate static func tunnel(_ body: ByteBuffer) -> HTTPRoute.Answer {
        HTTPRoute.Answer(
            mediaType: "application/x-fcs",
            headers: ["Cache-Control": "no-cache"], body: body)
    }

    fileprivate static func refusal(_ body: RTMPTunnels.BodyNotTaken) -> HTTPRoute.Answer {
        .refusal(413, "a body has at most \(body.limit) bytes here")
    }

    fileprivate static func refusal(_ status: Int, _ text: String) -> HTTPRoute.Answer {
        HTTPRoute.Answer(
            status: status, mediaType: "text/plain; charset=utf-8", headers: ["Cache-Control": "no-cache"],
            body: ByteBuffer(string: text + "\n"))
    }
}
