import ConfigurationReading
import EndpointCore
import NIOCore
import TransportSecurity

/// Where the server listens, and how connections are received at each place.
struct ListenerPlan: Sendable {
    /// A port.
    struct Place: Sendable {
        var target: ListenTarget
        var reception: Reception
    }

    var rtmp: Place
    var rtmps: Place?
    var rtmpt: Place?
    var rtmpts: Place?
    var http: Place
    var https: Place?
    /// Whether the ports for HTTP take RTMP too.
    var httpTakesRTMP: Bool

    /// The plan of a configuration; ports that need certificates are left out where there are none.
    init(_ configuration: ServerConfiguration, certificates: CertificateStore?) {
        func place(_ address: ListenAddress, _ form: Reception.Form) -> Place {
            let reception = Reception(
                form: form, proxies: configuration.proxyProtocol.trusted,
                timeLimit: TimeAmount(configuration.tls.handshakeTimeout))
            return Place(target: ListenTarget(address), reception: reception)
        }
        func shared(_ security: (any ConnectionSecurity)?) -> Reception.Form {
            configuration.onePort ? security.map(Reception.Form.either) ?? .plain : .plain
        }
        let rtmpSecurity = certificates?.security(.rtmps(configuration))
        rtmp = place(configuration.rtmp.listen, shared(rtmpSecurity))
        if let address = configuration.rtmpsAddress, let rtmpSecurity { rtmps = place(address, .secure(rtmpSecurity)) }
        // Tunnels inside TLS ask of their clients what RTMPS does.
        rtmpt = configuration.rtmpt.listen.map { place($0, shared(rtmpSecurity)) }
        if let address = configuration.rtmpts.listen, let rtmpSecurity {
            rtmpts = place(address, .secure(rtmpSecurity))
        }
        let httpSecurity = certificates?.security(.https(configuration))
        http = place(configuration.http.listen, shared(httpSecurity))
        if let address = configuration.httpsAddress, let httpSecurity { https = place(address, .secure(httpSecurity)) }
        // Browsers have no certificates, and nobody gets round those that encoders must have.
        httpTakesRTMP = configuration.onePort && configuration.rtmps.clientAuthorities == nil
    }
}
