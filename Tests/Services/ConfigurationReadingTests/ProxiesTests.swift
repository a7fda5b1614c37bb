import ConfigurationReading
import EndpointCore
import Testing

@Suite("Configuration: whether a proxy stands before the server")
struct ProxiesTests {
    @Test("trusted proxies and an address elsewhere say so, nothing and this machine's own do not")
    func isBehindProxy() {
        var configuration = ServerConfiguration()
        #expect(!configuration.isBehindProxy)
        for (address, isBehind) in [
            ("https://media.example.com", true), ("http://192.0.2.1:8080", true), ("http://localhost:8080", false),
            ("https://127.0.0.1", false), ("http://[::1]:8080", false), ("http://localhost.example.com", true),
        ] {
            configuration.http.publicURL = address
            #expect(configuration.isBehindProxy == isBehind, "\(address)")
        }
        configuration.http.publicURL = nil
        configuration.proxyProtocol.trusted = [AddressRange("10.0.0.0/8")].compactMap { $0 }
        #expect(configuration.isBehindProxy)
    }
}
