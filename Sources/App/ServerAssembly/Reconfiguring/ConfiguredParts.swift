import ConfigurationReading
import NIOCore
import NIOPosix
public import Observability
import Recording
import StreamHub

/// The parts of a running server that go by its configuration in another way than by asking for it at each decision.
struct ConfiguredParts: Sendable {
    let current: CurrentConfiguration
    let certificates: ServerCertificates
    let ports: OpenPorts
    let endpoints: Endpoints
    let routes: ConfiguredRoutes
    let registry: StreamRegistry
    let recorder: StreamRecorder
    let metrics: PrometheusRegistry
    /// Is told of each configuration that has come into force, and of the ports that are open.
    let onChange: @Sendable (ServerConfiguration, [ServerPort: SocketAddress]) -> Void

    /// Brings a configuration into force, all of it or nothing; what holds from the next start on stays.
    ///
    /// Whatever can fail is done first: certificates are read, then ports are opened.
    ///
    /// - Returns: that certificates are others though the same files are named.
    /// - Throws: `CertificateFault`, `ListenFailure`.
    func bringIntoForce(_ wanted: ServerConfiguration) async throws -> ConfigurationDifference? {
        var new = wanted
        new.threads = current.value.threads
        new.data = current.value.data
        let preparation = try await NIOThreadPool.singleton.runIfActive { [new] in try certificates.prepare(for: new) }
        try await ports.move(to: new.ports)
        let before = certificates.fingerprints
        certificates.use(preparation)
        current.value = new
        await follow(new)
        let after = certificates.fingerprints
        guard !before.isEmpty, before != after else { return nil }
        return ConfigurationDifference(
            key: "tls.certificates", old: before.joined(separator: " "), new: after.joined(separator: " "),
            effect: .newConnections)
    }

    /// Lets the parts go by a configuration that is in force.
    func follow(_ new: ServerConfiguration) async {
        endpoints.follow(new)
        routes.follow(new)
        registry.refreshSettings()
        recorder.follow()
        metrics.seriesLimit = PrometheusRegistry.seriesLimit(streams: new.metrics.streams)
        onChange(new, await ports.addresses)
    }
}

extension PrometheusRegistry {
    /// The most series of a server: each stream that has its own has up to some thirty.
    public static func seriesLimit(streams: Int) -> Int { 10_000 + 50 * streams }
}
