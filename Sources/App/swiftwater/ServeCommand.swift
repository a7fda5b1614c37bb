import ArgumentParser
import ConfigurationReading
import ControlAPI
import EndpointCore
import Logging
import Metrics
import NIOCore
import Observability
import ServerAssembly
import ServiceLifecycle
import TransportSecurity
import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `swiftwater serve`: the server itself.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Run the server.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let loaded = try options.load()
        do throws(ConfigurationFaults) {
            try loaded.report.checkFiles(withKeySets: false)
        } catch {
            throw error.reported()
        }
        let configuration = loaded.configuration
        var exposition = PrometheusRegistry.Configuration()
        exposition.help = MetricDescriptions.byName
        exposition.seriesLimit = PrometheusRegistry.seriesLimit(streams: configuration.metrics.streams)
        let metrics = PrometheusRegistry(configuration: exposition)
        MetricsSystem.bootstrap(metrics)
        let log = LogBackend(configuration.log)
        LoggingSystem.bootstrap(log.handler)
        let logger = Logger(label: "swiftwater")
        raiseDescriptorLimit(for: configuration, logger)
        // A file that is as large as the system lets it be ends a recording, not the server.
        signal(SIGXFSZ, SIG_IGN)

        try await configuration.withEventLoops { eventLoops in
            try await serve(loaded, metrics: metrics, eventLoops: eventLoops, log: log, logger: logger)
        }
        logger.notice("stopped")
        log.finish()
    }

    private func serve(
        _ loaded: LoadedConfiguration, metrics: PrometheusRegistry, eventLoops: any EventLoopGroup,
        log: LogBackend, logger: Logger
    ) async throws {
        let server = Server(
            loaded.configuration, loaded: loaded, metrics: metrics, eventLoops: eventLoops, logger: logger,
            onReconfiguration: { configuration in
                log.level = configuration.log.level.loggerLevel
                log.format = LogFormat(configuration.log.format)
            },
            onListening: { addresses in
                print(Welcome(addresses).text, terminator: "")
                fflush(nil)
                StartingCode.letGo()
            })
        let reload = ReloadService(server: server)
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: reload),
                    // The last of them is told first to stop, and the others when it has.
                    .init(service: DrainService(server: server)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger.quiet))
        do {
            try await group.run()
        } catch let failure as ListenFailure {
            StandardError.write("swiftwater: \(failure)\n")
            throw ExitCode(1)
        } catch let fault as CertificateFault {
            StandardError.write("swiftwater: \(fault)\n")
            throw ExitCode(1)
        }
    }

    private func raiseDescriptorLimit(for configuration: ServerConfiguration, _ logger: Logger) {
        let limit = DescriptorLimit.raise()
        let connections = configuration.rtmp.connections + configuration.http.connections
        if let refusal = limit.refusal {
            logger.warning(
                "the limit of open files could not be raised",
                metadata: ["descriptors": "\(limit.count)", "reason": "\(refusal)"])
        }
        if !limit.isEnough(forConnections: connections) {
            logger.notice(
                "the limit of open files allows fewer connections than the configuration",
                metadata: ["descriptors": "\(limit.count)", "connections": "\(connections)"])
        }
    }
}

/// What the server says once when all its ports are open.
private struct Welcome {
    let text: String

    init(_ addresses: Server.Addresses) {
        let rtmp = Self.place(addresses.rtmp, usual: 1935)
        let http = Self.place(addresses.http, usual: 80)
        var lines = [
            "Swiftwater is running.",
            "Publish    rtmp://\(rtmp)/live/<name>      (OBS: Server rtmp://\(rtmp)/live, Stream Key <name>)",
        ]
        if let rtmps = addresses.rtmps.map({ Self.place($0, usual: 443) }) {
            lines.append("           rtmps://\(rtmps)/live/<name>")
        }
        if let rtmpt = addresses.rtmpt.map({ Self.place($0, usual: 80) }) {
            lines.append("           rtmpt://\(rtmpt)/live/<name>")
        }
        if let rtmpts = addresses.rtmpts.map({ Self.place($0, usual: 443) }) {
            lines.append("           rtmpts://\(rtmpts)/live/<name>")
        }
        lines.append("Watch      http://\(http)/live/<name>")
        if let https = addresses.https.map({ Self.place($0, usual: 443) }) {
            lines.append("           https://\(https)/live/<name>")
        }
        lines += ["Dashboard  http://\(http)/", ""]
        text = lines.joined(separator: "\n")
    }

    private static func place(_ address: SocketAddress, usual: Int) -> String {
        guard let port = address.port else { return "localhost" }
        let host = ["::", "0.0.0.0"].contains(address.peerAddress) ? "localhost" : nil
        guard let host else { return address.hostAndPort }
        return port == usual ? host : "\(host):\(port)"
    }
}
