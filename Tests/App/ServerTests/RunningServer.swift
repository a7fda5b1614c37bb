import ConfigurationReading
import EndpointCore
import Foundation
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Observability
import RTMPEndpoint
import RTMPSession
import ServerAssembly
import ServiceLifecycle
import Testing

/// A whole server in this process, on free ports of the loopback address.
final class RunningServer: Sendable {
    let addresses: Server.Addresses
    let server: Server
    private let group: ServiceGroup
    private let running: Task<Void, any Error>
    private let log: RecordedLog

    private init(
        addresses: Server.Addresses, server: Server, group: ServiceGroup, running: Task<Void, any Error>,
        log: RecordedLog
    ) {
        self.addresses = addresses
        self.server = server
        self.group = group
        self.running = running
        self.log = log
    }

    /// How many sessions have begun.
    var openings: Int { log.openings.withLockedValue { $0 } }

    /// The reasons of the sessions that were closed so far.
    var closingReasons: [String] { log.reasons.withLockedValue { $0 } }

    /// Starts a server, runs `body` with it, and stops it.
    static func with(
        eventLoops: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        _ change: (inout ServerConfiguration) -> Void = { _ in }, _ body: (RunningServer) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.rtmp.listen = ListenAddress(host: "127.0.0.1", port: 0)
        configuration.http.listen = ListenAddress(host: "127.0.0.1", port: 0)
        // So that what a publisher has sent is soon there for whoever joins.
        configuration.otherApplications.readPace = .zero
        // A slow machine is no slow peer: tests of limits set their own.
        configuration.rtmp.handshakeTimeout = .seconds(300)
        configuration.rtmp.idleTimeout = .seconds(3600)
        configuration.otherApplications.waitForPublisher = .seconds(60)
        change(&configuration)
        let running = try await start(configuration, eventLoops: eventLoops)
        do {
            try await body(running)
        } catch {
            await running.stop()
            throw error
        }
        await running.stop()
    }

    /// Starts a server with a configuration file in a folder of its own, runs `body` with it, and stops it.
    ///
    /// `body` gets a function that writes the file anew and reloads it.
    static func with(
        document: String, _ body: (RunningServer, (String) async throws -> Void) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "swiftwater-\(UInt64.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "swiftwater.yaml")
        func write(_ document: String) throws {
            try document.write(to: file, atomically: true, encoding: .utf8)
        }
        try write(document)
        let flags = [
            ConfigurationFlag("--rtmp", key: "rtmp.listen", value: "127.0.0.1:0"),
            ConfigurationFlag("--http", key: "http.listen", value: "127.0.0.1:0"),
            ConfigurationFlag("--data", key: "data", value: folder.path()),
        ]
        let loaded = try LoadedConfiguration { () throws(ConfigurationFaults) in
            try ConfigurationSources(file: file.path(), flags: flags)
        }
        let running = try await start(loaded.configuration, loaded: loaded)
        do {
            try await body(running) { document in
                try write(document)
                await running.server.reload()
            }
        } catch {
            await running.stop()
            throw error
        }
        await running.stop()
    }

    static func start(
        _ configuration: ServerConfiguration, loaded: LoadedConfiguration? = nil,
        eventLoops: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws -> RunningServer {
        let (listening, continuation) = AsyncStream.makeStream(of: Server.Addresses.self)
        let log = RecordedLog()
        let logger = Logger(label: "test") { _ in log }
        let server = Server(
            configuration, loaded: loaded, metrics: PrometheusRegistry(), eventLoops: eventLoops, logger: logger
        ) { continuation.yield($0) }
        let group = ServiceGroup(services: [server], logger: logger)
        let running = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        for await addresses in listening {
            return RunningServer(addresses: addresses, server: server, group: group, running: running, log: log)
        }
        try await running.value
        throw CancellationError()
    }

    func stop() async {
        await group.triggerGracefulShutdown()
        _ = try? await running.value
    }

    /// Stops the server, and throws what it threw.
    func stopped() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
    }

    func url(_ path: String) throws -> RTMPURL {
        try RTMPURL("rtmp://127.0.0.1:\(addresses.rtmp.port ?? 0)/\(path)")
    }

    func http(_ path: String) throws -> URL {
        try #require(URL(string: "http://127.0.0.1:\(addresses.http.port ?? 0)\(path)"))
    }

    func client(_ path: String) async throws -> RTMPClient {
        var configuration = RTMPClientSession.Configuration(url: try url(path))
        // What is published in the old form shall come back in it.
        configuration.capabilities = RTMPCapabilities()
        return try await RTMPClient.connect(configuration, eventLoops: MultiThreadedEventLoopGroup.singleton)
    }
}

/// Keeps why sessions were closed.
struct RecordedLog: LogHandler {
    let reasons = NIOLockedValueBox<[String]>([])
    let openings = NIOLockedValueBox(0)
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if event.message == "session opened" { openings.withLockedValue { $0 += 1 } }
        guard event.message == "session closed", let reason = event.metadata?["reason"] else { return }
        reasons.withLockedValue { $0.append("\(reason)") }
    }
}
