import EndpointCore
import Testing

@Suite("Requests of this machine, and of strangers")
struct StrangerSignTests {
    private func request(
        from address: String = "127.0.0.1", _ headers: [String: String] = [:], authority: String? = "localhost:8080"
    ) -> HTTPRoute.Request {
        HTTPRoute.Request(method: "POST", path: "/", authority: authority, headers: headers, peerAddress: address)
    }

    @Test("a direct request from a loopback address is this machine's", arguments: ["127.0.0.1", "127.8.8.8", "::1"])
    func local(address: String) {
        #expect(request(from: address).strangerSign == nil)
        #expect(request(from: address).isFromThisMachine)
    }

    @Test("other addresses are not, nor what only looks like one")
    func elsewhere() {
        for address in [
            "192.0.2.1", "::2", "unknown", "", "127.0.0.1.example.com", "127.0.0", "1127.0.0.1", "127.0.0.+1",
            "127...1",
        ] {
            #expect(request(from: address).strangerSign == .address)
        }
    }

    @Test("what came through a proxy is not", arguments: StrangerSign.proxyFields)
    func proxies(field: String) {
        #expect(request([field: "x"]).strangerSign == .proxyField(field))
        #expect(!request([field: "x"]).isFromThisMachine)
    }

    @Test("nor a connection with a PROXY header, nor a request of HTTP/1.0")
    func connection() {
        var proxied = request()
        proxied.isProxied = true
        #expect(proxied.strangerSign == .proxiedConnection)
        var old = request()
        old.isOfOldVersion = true
        #expect(old.strangerSign == .oldVersion)
        #expect(!proxied.isFromThisMachine && !old.isFromThisMachine)
    }

    @Test("the name must be one of this machine's own")
    func rebinding() {
        for authority in ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:8080", "[::1]", "localhost:"] {
            #expect(request(authority: authority).strangerSign == nil)
        }
        for authority in [
            "evil.example.com", "[::2]", "[::1", "", "localhost.", "127.0.0.1@evil", "localhost@evil:1",
            "localhost:80@evil", "[::1]evil", "127.0.0.1.evil.example.com", nil,
        ] {
            #expect(request(authority: authority).strangerSign == .foreignName)
        }
    }

    @Test("a browser's request is this machine's where our own page sent it")
    func pages() {
        for headers in [
            ["origin": "http://evil.example.com"], ["origin": "null"], ["origin": ""], ["sec-fetch-site": "cross-site"],
            ["origin": "http://localhost:9999"],
        ] {
            #expect(request(headers).isFromForeignPage)
            #expect(!request(headers).isFromThisMachine)
        }
        #expect(request(["origin": "http://localhost:8080", "sec-fetch-site": "same-origin"]).isFromThisMachine)
    }
}
