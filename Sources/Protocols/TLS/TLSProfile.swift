import NIOCore
import NIOSSL

/// How one kind of listener uses the certificates.
public struct TLSProfile: Hashable, Sendable {
    /// The oldest version of TLS that a client may speak.
    public enum Version: String, Sendable, CaseIterable {
        /// RFC 5246, which encoders of some age speak.
        case tls12 = "1.2"
        /// RFC 8446.
        case tls13 = "1.3"
    }

    /// The protocols that are offered (ALPN, RFC 7301), the best first; none for RTMP, for which there is no name.
    public var applicationProtocols: [String]
    /// The oldest version.
    public var oldestVersion: Version
    /// A file with the authorities that issue clients' certificates; without one, clients need none.
    public var clientAuthorities: String?

    /// Makes a profile.
    public init(applicationProtocols: [String] = [], oldestVersion: Version = .tls12, clientAuthorities: String? = nil)
    {
        self.applicationProtocols = applicationProtocols
        self.oldestVersion = oldestVersion
        self.clientAuthorities = clientAuthorities
    }

    /// How long a peer may take to say that it, too, ends the encryption, before its connection is closed.
    private static let farewell = TimeAmount.seconds(1)

    /// What BoringSSL is to do with `certificates`, of which there is one at least.
    ///
    /// A client that names a host gets the first certificate for it, every other client the first of all.
    func context(for certificates: [ServerCertificate]) throws(CertificateFault) -> NIOSSLContext {
        guard let first = certificates.first else { throw .unusable("there is none") }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: first.chain.map { .certificate($0) }, privateKey: .privateKey(first.key))
        configuration.minimumTLSVersion = oldestVersion == .tls13 ? .tlsv13 : .tlsv12
        configuration.applicationProtocols = applicationProtocols
        configuration.shutdownTimeout = Self.farewell
        if let clientAuthorities {
            configuration.trustRoots = .certificates(try PEMFile.certificates(of: clientAuthorities))
            configuration.certificateVerification = .noHostnameVerification
        }
        if certificates.count > 1 {
            configuration.sslContextCallback = { hello, promise in
                var change = NIOSSLContextConfigurationOverride.noChanges
                if let host = hello.serverHostname, let named = certificates.first(where: { $0.isFor(host) }) {
                    change.certificateChain = named.chain.map { .certificate($0) }
                    change.privateKey = .privateKey(named.key)
                }
                promise.succeed(change)
            }
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .unusable("\(error)")
        }
    }

    /// Sees whether a key belongs to its certificate.
    static func check(_ certificate: ServerCertificate) throws(CertificateFault) {
        do {
            _ = try TLSProfile().context(for: [certificate])
        } catch {
            throw .keyOfAnother(certificate: certificate.files.certificate, key: certificate.files.key)
        }
    }
}
