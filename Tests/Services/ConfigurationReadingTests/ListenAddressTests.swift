import ConfigurationReading
import Testing

@Suite("Listen addresses")
struct ListenAddressTests {
    @Test(
        "read and write the three forms",
        arguments: [
            (":1935", nil, 1935), (":0", nil, 0), (":65535", nil, 65535),
            ("127.0.0.1:80", "127.0.0.1", 80), ("localhost:8080", "localhost", 8080), ("a-b.c_d:1", "a-b.c_d", 1),
            ("[::1]:1935", "::1", 1935), ("[::]:0", "::", 0), ("[fe80::1%eth0]:443", "fe80::1%eth0", 443),
            ("[2001:db8::192.0.2.1]:9", "2001:db8::192.0.2.1", 9),
        ] as [(String, String?, Int)])
    func forms(text: String, host: String?, port: Int) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
    }

    @Test(
        "refuse everything else",
        arguments: [
            "", ":", "1935", "host", "host:", ":65536", ":-1", ":+1", ":1 ", " :1", ":１", ":000001", "::1:80", "[::1]",
            "[::1]80", "[127.0.0.1]:80", "[]:80", "[::1%]:80", "[::g]:80", "127.0.0:80", "256.0.0.1:80", "a b:80",
            "-a:80", "a/b:80", "[::1:80", "::1]:80", "höst:80",
        ])
    func refusals(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test("ports outside the range are clamped when made in code")
    func clamped() {
        #expect(ListenAddress(port: -1).port == 0)
        #expect(ListenAddress(port: 70_000).port == 65535)
    }
}
