public import EndpointCore

extension ServerConfiguration {
    /// RTMP inside TLS.
    public struct RTMPS: Sendable, Equatable {
        /// Where to listen.
        ///
        /// Default `auto`: port 1936, by habit of encoders, once there are certificates.
        public var listen = SecureListen.automatic
        /// A file with the authorities whose certificates clients must have, in PEM form; none are asked for without.
        public var clientAuthorities: String?

        /// Makes the section with its defaults.
        public init() {}
    }

    /// HTTP inside TLS.
    public struct HTTPS: Sendable, Equatable {
        /// Where to listen.
        ///
        /// Default `auto`: port 8443 once there are certificates.
        public var listen = SecureListen.automatic

        /// Makes the section with its defaults.
        public init() {}
    }

    /// Certificates and how they are used.
    public struct TLS: Sendable, Equatable {
        /// The oldest version of TLS that a client may speak.
        public enum Version: String, Sendable, CaseIterable {
            case tls12 = "1.2"
            case tls13 = "1.3"
        }

        /// Files with a certificate and its key each; the first is for clients that name no host, or an unknown one.
        ///
        /// Default none: nothing is encrypted, or with a self-signed certificate where a port for TLS is named.
        public var certificates: [CertificatePair] = []
        /// The oldest version of TLS that a client may speak.
        ///
        /// Default 1.2: encoders of some age know no other.
        public var oldestVersion = Version.tls12
        /// How long a client may take from the first byte to the end of the handshake.
        ///
        /// Default 10 s: several round trips on the worst of links.
        public var handshakeTimeout = Duration.seconds(10)
        /// How often the files are looked at for changes; SIGHUP reads them at once.
        ///
        /// Default 10 s: nobody waits for a renewed certificate, and a look costs nothing.
        public var checkInterval = Duration.seconds(10)

        /// Makes the section with its defaults.
        public init() {}
    }

    /// Proxies that tell whose connections they pass on.
    public struct ProxyProtocol: Sendable, Equatable {
        /// The addresses of proxies that begin each connection with a PROXY header, and must.
        ///
        /// Default none: whoever can tell addresses can be anybody.
        public var trusted: [AddressRange] = []

        /// Makes the section with its defaults.
        public init() {}
    }
}

/// Where a certificate and its key lie.
public struct CertificatePair: Sendable, Equatable {
    /// The file with the certificate and its chain.
    public var certificate: String
    /// The file with the key; may be the same.
    public var key: String

    /// Makes a pair.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}

/// Where to listen for a protocol inside TLS, if anywhere.
public enum SecureListen: Sendable, Equatable {
    /// At the protocol's usual port once there are certificates.
    case automatic
    /// Nowhere.
    case off
    /// Here, if need be with a self-signed certificate.
    case at(ListenAddress)

    /// The place, where there is one.
    ///
    /// - Parameters:
    ///   - port: the protocol's usual port.
    ///   - hasCertificates: whether the operator named some.
    public func address(usual port: Int, hasCertificates: Bool) -> ListenAddress? {
        switch self {
        case .automatic: hasCertificates ? ListenAddress(port: port) : nil
        case .off: nil
        case .at(let address): address
        }
    }
}

extension ServerConfiguration {
    /// Where RTMPS listens, if anywhere.
    public var rtmpsAddress: ListenAddress? {
        rtmps.listen.address(usual: 1936, hasCertificates: !tls.certificates.isEmpty)
    }

    /// Where HTTPS listens, if anywhere.
    public var httpsAddress: ListenAddress? {
        https.listen.address(usual: 8443, hasCertificates: !tls.certificates.isEmpty)
    }

    /// Whether any listener takes TLS.
    public var needsCertificates: Bool {
        rtmpsAddress != nil || httpsAddress != nil || rtmpts.listen != nil || onePort
    }
}
