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

    /// The plan of a configuration; ports that need certificates are left out where there are none.
    init(_ configuration: ServerConfiguration, certificates: CertificateStore?) {
        func place(_ address: ListenAddress, _ form: Reception.Form) -> Place {
            let reception = Reception(
                form: form, proxies: configuration.proxyProtocol.trusted,
                timeLimit: TimeAmount(configuration.tls.handshakeTimeout))
            return Place(target: ListenTarget(address), reception: reception)
        }
        let rtmpSecurity = certificates?.security(.rtmps(configuration))
        let shared = configuration.onePort ? rtmpSecurity.map(Reception.Form.either) : nil
        rtmp = place(configuration.rtmp.listen, shared ?? .plain)
        if let address = configuration.rtmpsAddress, let rtmpSecurity { rtmps = place(address, .secure(rtmpSecurity)) }
    }
}
