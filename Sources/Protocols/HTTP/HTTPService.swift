import EndpointCore
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// A port for HTTP: names the port when it cannot be had, and tells when connections cannot be accepted.
struct HTTPService<Responder: HTTPResponder>: Service where Responder.Context == PlaybackContext {
    /// How long the server's last task may take: 1 s, thousands of times as long as it does.
    private static var farewell: Duration { .seconds(1) }

    let target: ListenTarget
    /// What for, in the words of a failure.
    var purpose = "HTTP"
    let eventLoops: any EventLoopGroup
    let logger: Logger
    let responder: Responder
    /// What becomes of connections.
    let port: @Sendable (@escaping HTTPChannelHandler.Responder) -> HTTPPort
    /// Called once with the listening channel.
    let onListening: @Sendable (any Channel) async -> Void

    func run() async throws {
        let host = try await target.bindableHost(for: purpose, on: eventLoops)
        let isReleased = try await run(at: host)
        // The event loops may end after this.
        await withTaskGroup { group in
            group.addTask { for await _ in isReleased {} }
            group.addTask { try? await Task.sleep(for: Self.farewell) }
            await group.next()
            group.cancelAll()
        }
    }

    private func run(at host: String) async throws -> AsyncStream<Never> {
        let (logger, isReleased) = HTTPServerLog.logger(over: logger)
        do {
            try await application(at: host, logger).run()
        } catch let error as IOError {
            throw ListenFailure(target: target, purpose: purpose, error: error)
        }
        return isReleased
    }

    private func application(at host: String, _ logger: Logger) -> Application<Responder> {
        Application(
            responder: responder,
            server: HTTPServerBuilder { port($0) },
            configuration: .init(address: .hostname(host, port: target.port), serverName: "Swiftwater"),
            onServerRunning: { await begin($0) },
            eventLoopGroupProvider: .shared(eventLoops),
            logger: logger)
    }

    private func begin(_ channel: any Channel) async {
        var logger = logger
        logger[metadataKey: "port"] = "\(channel.localAddress?.port ?? target.port)"
        let told: Void? = try? await channel.eventLoop.submit { [logger] in
            let log = AcceptFaultLog(protocol: "http", logger: logger)
            try channel.pipeline.syncOperations.addHandler(log, position: .first)
        }.get()
        // Otherwise it is closed already.
        if told != nil { await onListening(channel) }
    }
}
