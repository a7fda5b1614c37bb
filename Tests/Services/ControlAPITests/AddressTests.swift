import EndpointCore
import MediaModel
import NIOCore
import Testing

@testable import ControlAPI

@Suite("Control API: addresses of live streams")
struct AddressTests {
    private func addresses(
        _ authority: String?, _ headers: [String: String] = [:], isSecure: Bool = false, publicURL: String? = nil
    ) throws -> (page: String, rtmp: String) {
        let request = HTTPRoute.Request(
            method: "GET", path: "/", authority: authority, headers: headers, peerAddress: "192.0.2.1",
            isSecure: isSecure)
        let made = LiveStreamAddresses(request, rtmpPort: 1935, publicURL: publicURL)
        let path = try StreamPath("live/show")
        let text = String(buffer: JSONWriter.object { made.write(path, to: &$0) })
        let page = try #require(text.split(separator: "\"page\":\"").last?.split(separator: "\"").first)
        return (String(page), made.rtmp(path))
    }

    @Test("are those by which the client reached the server, encrypted where that was")
    func reached() throws {
        #expect(
            try addresses("media.example:8080") == ("http://media.example:8080/live/show", "rtmp://media.example/live"))
        #expect(try addresses("media.example", isSecure: true).page == "https://media.example/live/show")
        #expect(try addresses("[::1]:8443", isSecure: true) == ("https://[::1]:8443/live/show", "rtmp://[::1]/live"))
        #expect(try addresses("a\"><script>").page == "http://localhost/live/show")
        #expect(try addresses(nil).page == "http://localhost/live/show")
    }

    @Test("are those that proxies tell")
    func proxied() throws {
        let fields = ["x-forwarded-proto": "HTTPS, http", "x-forwarded-host": "tv.example, inner"]
        #expect(try addresses("10.0.0.1:8080", fields) == ("https://tv.example/live/show", "rtmp://tv.example/live"))
        #expect(
            try addresses("tv.example", ["forwarded": "for=192.0.2.60;proto=https;by=203.0.113.43"]).page
                == "https://tv.example/live/show")
        #expect(
            try addresses("tv.example", ["x-forwarded-proto": "javascript", "x-forwarded-host": "<x>"]).page
                == "http://tv.example/live/show")
    }

    @Test("are those that are configured, before all others")
    func configured() throws {
        let fields = ["x-forwarded-proto": "http", "x-forwarded-host": "other.example"]
        #expect(
            try addresses("10.0.0.1", fields, publicURL: "https://media.example.com:444")
                == ("https://media.example.com:444/live/show", "rtmp://media.example.com/live"))
    }
}
