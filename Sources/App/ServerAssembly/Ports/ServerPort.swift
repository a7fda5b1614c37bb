import ConfigurationReading
import EndpointCore
import NIOCore
import TransportSecurity

/// A port that a server may listen at.
enum ServerPort: String, CaseIterable, Sendable {
    case rtmp
    case rtmps
    case rtmpt
    case rtmpts
    case http
    case https
    /// For the API of SRS alone.
    case srs

    /// Whether it takes RTMP by itself, and not through HTTP.
    var takesSockets: Bool { self == .rtmp || self == .rtmps }
}

extension ServerConfiguration {
    /// Where the server is to listen.
    var ports: [ServerPort: ListenTarget] {
        let addresses: [ServerPort: ListenAddress?] = [
            .rtmp: rtmp.listen, .rtmps: rtmpsAddress, .rtmpt: rtmpt.listen, .rtmpts: rtmpts.listen, .http: http.listen,
            .https: httpsAddress, .srs: api.srs,
        ]
        return addresses.compactMapValues { $0.map(ListenTarget.init) }
    }

    /// Whether the ports for HTTP take RTMP too.
    ///
    /// Browsers have no certificates, and nobody gets round those that encoders must have.
    var httpTakesRTMP: Bool { onePort && rtmps.clientAuthorities == nil }

    /// How a connection to a port is received.
    func reception(at port: ServerPort, _ certificates: ServerCertificates) -> Reception {
        func shared(_ profile: TLSProfile) -> Reception.Form {
            onePort ? .either(certificates.security(profile)) : .plain
        }
        let form: Reception.Form =
            switch port {
            // Tunnels inside TLS ask of their clients what RTMPS does.
            case .rtmp, .rtmpt: shared(.rtmps(self))
            case .rtmps, .rtmpts: .secure(certificates.security(.rtmps(self)))
            case .srs: .plain
            case .http: shared(.https(self))
            case .https: .secure(certificates.security(.https(self)))
            }
        return Reception(form: form, proxies: proxyProtocol.trusted, timeLimit: TimeAmount(tls.handshakeTimeout))
    }
}
