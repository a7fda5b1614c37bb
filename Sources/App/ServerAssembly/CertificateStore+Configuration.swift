import ConfigurationReading
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import TransportSecurity

extension CertificateStore {
    /// The certificates that a configuration names, or a self-signed one where it names none and a port needs one;
    /// `nil` where no port does.
    convenience init?(serving configuration: ServerConfiguration, logger: Logger) throws(CertificateFault) {
        guard configuration.needsCertificates else { return nil }
        var files = configuration.tls.certificates.map(CertificateFiles.init)
        if files.isEmpty { files = [try .selfSigned(in: configuration.data + "/tls", logger: logger)] }
        try self.init(files, profiles: [.rtmps(configuration), .https(configuration)], logger: logger)
    }
}

extension CertificateStore? {
    /// Looks at the files now and then while `body` runs.
    func watching(
        every interval: @escaping @Sendable () -> TimeAmount, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard let store = self else { return try await body() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while (try? await Task.sleep(for: .nanoseconds(interval().nanoseconds))) != nil {
                    try await NIOThreadPool.singleton.runIfActive { store.reloadIfChanged() }
                }
            }
            defer { group.cancelAll() }
            try await body()
        }
    }
}

extension CertificateFiles {
    init(_ pair: CertificatePair) {
        self.init(certificate: pair.certificate, key: pair.key)
    }
}

extension TLSProfile {
    /// How RTMP is encrypted.
    static func rtmps(_ configuration: ServerConfiguration) -> TLSProfile {
        TLSProfile(
            oldestVersion: Version(configuration.tls.oldestVersion),
            clientAuthorities: configuration.rtmps.clientAuthorities)
    }

    /// How HTTP is encrypted.
    static func https(_ configuration: ServerConfiguration) -> TLSProfile {
        TLSProfile(
            applicationProtocols: ["h2", "http/1.1"], oldestVersion: Version(configuration.tls.oldestVersion))
    }
}

extension TLSProfile.Version {
    fileprivate init(_ version: ServerConfiguration.TLS.Version) {
        self =
            switch version {
            case .tls12: .tls12
            case .tls13: .tls13
            }
    }
}
