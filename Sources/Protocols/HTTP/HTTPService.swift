import EndpointCore
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// A port for HTTP: names the port when it cannot be had, and tells when connections cannot be accepted.
struct HTTPService<Responder: HTTPResponder>: Service where Responder.Context == PlaybackContext {
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
        do {
            try await application(at: host).run()
        } catch let error as IOError {
            throw ListenFailure(target: target, purpose: purpose, error: error)
        }
    }

    private func application(at host: String) -> Application<Responder> {
        var quiet = logger
        // The server's own lines are about its inside; ours tell of sessions.
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: responder,
            server: HTTPServerBuilder { port($0) },
            configuration: .init(address: .hostname(host, port: target.port), serverName: "Swiftwater"),
            onServerRunning: { await begin($0) },
            eventLoopGroupProvider: .shared(eventLoops),
            logger: quiet)
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
