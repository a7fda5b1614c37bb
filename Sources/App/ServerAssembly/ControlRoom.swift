import ConfigurationReading
import ControlAPI
import EndpointCore
import Logging
import NIOConcurrencyHelpers
import NIOCore
import Recording
import StreamHub
import Webhooks

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What watches over the server and lets operators act on it: the directory of sessions, the watch over the streams'
/// health, the events, and the API over all of them.
struct ControlRoom: Sendable {
    let sessions = SessionDirectory()
    let events = EventFeed()
    let watch: StreamWatch
    private let logger: Logger
    private let startedAt = NIODeadline.now()
    private let ports = NIOLockedValueBox<[ServerPort: SocketAddress]>([:])

    init(_ configuration: CurrentConfiguration, logger: Logger) {
        self.logger = logger
        watch = StreamWatch(
            sessions: sessions, events: events, mostStreams: { configuration.value.metrics.streams }, logger: logger)
    }

    /// Notes which ports are open, and tells of those that are new.
    func note(_ addresses: [ServerPort: SocketAddress]) {
        let earlier = ports.withLockedValue { ports in
            defer { ports = addresses }
            return ports
        }
        for port in ServerPort.allCases where addresses[port] != earlier[port] {
            guard let address = addresses[port] else { continue }
            logger.info("listening", metadata: ["protocol": "\(port.rawValue)", "address": "\(address.hostAndPort)"])
        }
    }

    /// The number of a port, once it is open.
    func number(of port: ServerPort) -> Int? { ports.withLockedValue { $0[port]?.port } }

    /// The API.
    func api(
        over registry: StreamRegistry, authorizer: TokenRequests, registrations: Registrations,
        webhooks: WebhookCourier, pictures: any PictureSource, recorder: StreamRecorder,
        configuration: (any ConfigurationControl)?, eventLoops: any EventLoopGroup, logger: Logger
    ) -> ServerAPI {
        let loops = eventLoops.makeIterator().reduce(0) { count, _ in count + 1 }
        return ServerAPI(
            registry: registry, sessions: sessions, watch: watch, events: events,
            authorizer: authorizer, registrations: registrations, webhooks: webhooks,
            pictures: pictures, recorder: recorder, configuration: configuration,
            facts: { [startedAt, ports] in
                let open = ports.withLockedValue { $0 }
                return ServerFacts(
                    version: Server.version,
                    uptimeSeconds: Double((NIODeadline.now() - startedAt).nanoseconds) / 1_000_000_000,
                    ports: ServerPort.allCases.compactMap { port in
                        open[port].map { ServerFacts.Port(name: port.rawValue, address: $0.hostAndPort) }
                    }, eventLoops: loops, residentBytes: Self.residentBytes)
            }, logger: logger)
    }

    /// Memory in use, as Linux tells it: the second number of `statm`, in pages.
    private static var residentBytes: Int? {
        guard let statm = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let numbers = statm.split(separator: " ")
        guard numbers.count > 1, let pages = Int(numbers[1]) else { return nil }
        return pages * Int(sysconf(CInt(_SC_PAGESIZE)))
    }
}
