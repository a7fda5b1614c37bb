import ConfigurationReading
import EndpointCore
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TransportSecurity

/// The certificates of a running server: none, until a port needs some.
final class ServerCertificates: Sendable {
    /// What was read for a configuration, and can be taken into use.
    enum Preparation: Sendable {
        /// No port needs any.
        case none
        case first(CertificateStore)
        case next(CertificateStore, CertificateStore.Prepared)
    }

    private let store = NIOLockedValueBox<CertificateStore?>(nil)
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    /// Reads the certificates that a configuration names, or a self-signed one where it names none and a port needs one.
    ///
    /// Called where a thread may wait for a disk.
    func prepare(for configuration: ServerConfiguration) throws(CertificateFault) -> Preparation {
        guard configuration.needsCertificates else { return .none }
        var files = configuration.tls.certificates.map(CertificateFiles.init)
        if files.isEmpty { files = [try .selfSigned(in: configuration.data + "/tls", logger: logger)] }
        let profiles: [TLSProfile] = [.rtmps(configuration), .https(configuration)]
        guard let store = store.withLockedValue({ $0 }) else {
            return .first(try CertificateStore(files, profiles: profiles, logger: logger))
        }
        return .next(store, try store.prepare(files, profiles: profiles))
    }

    /// Takes them into use, for connections that are made from then on.
    func use(_ preparation: Preparation) {
        switch preparation {
        case .none: break
        case .first(let first): store.withLockedValue { $0 = first }
        case .next(let store, let prepared): store.use(prepared)
        }
    }

    /// The SHA-256 of each in use.
    var fingerprints: [String] { store.withLockedValue { $0 }?.fingerprints ?? [] }

    /// The encryption of connections of a profile, with what is in use when they are made.
    func security(_ profile: TLSProfile) -> any ConnectionSecurity {
        Security(certificates: self, profile: profile)
    }

    /// Looks at the files now and then.
    func watch(every interval: @escaping @Sendable () -> TimeAmount) async throws {
        while (try? await Task.sleep(for: .nanoseconds(interval().nanoseconds))) != nil {
            guard let store = store.withLockedValue({ $0 }) else { continue }
            try await NIOThreadPool.singleton.runIfActive { store.reloadIfChanged() }
        }
    }

    private struct Security: ConnectionSecurity {
        let certificates: ServerCertificates
        let profile: TLSProfile

        func secure(_ channel: any Channel) throws {
            guard let store = certificates.store.withLockedValue({ $0 }) else {
                throw SecurityFailure("there are no certificates")
            }
            try store.security(profile).secure(channel)
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
