import RTMPSession
import Testing

@Suite("RTMP URLs")
struct RTMPURLTests {
    @Test("a variant has one name, also where no address asks for it: what carries it, its encryption, TLS")
    func schemes() {
        let names = [false, true].flatMap { isTunnelled in
            [false, true].flatMap { isEncrypted in
                [false, true].map {
                    RTMPURL.scheme(isTunnelled: isTunnelled, isEncrypted: isEncrypted, isSecure: $0)
                }
            }
        }
        #expect(names == ["rtmp", "rtmps", "rtmpe", "rtmpes", "rtmpt", "rtmpts", "rtmpte", "rtmptes"])
    }

    @Test(
        "URLs are divided as FFmpeg divides them, but for slashes in queries",
        arguments: [
            ("rtmp://h/live/key", "h", 1935, "live", "key", "rtmp://h/live"),
            ("rtmp://h:19350/live/inst/key?x=1", "h", 19350, "live/inst", "key?x=1", "rtmp://h:19350/live/inst"),
            ("rtmp://h/a/b/c/d?x=1", "h", 1935, "a/b", "c/d?x=1", "rtmp://h/a/b"),
            ("rtmp://h/a", "h", 1935, "a", "", "rtmp://h/a"),
            ("rtmp://h/live/", "h", 1935, "live", "", "rtmp://h/live"),
            ("rtmp://h", "h", 1935, "", "", "rtmp://h/"),
            ("rtmps://h/live/key", "h", 443, "live", "key", "rtmps://h/live"),
            ("rtmpe://h/live/key", "h", 1935, "live", "key", "rtmpe://h/live"),
            ("rtmpt://h/live/key", "h", 80, "live", "key", "rtmpt://h/live"),
            ("rtmpte://h:8080/live/key", "h", 8080, "live", "key", "rtmpte://h:8080/live"),
            ("rtmpts://h/live/key", "h", 443, "live", "key", "rtmpts://h/live"),
            ("RTMPS://u:p@H:1936/live/key", "h", 1936, "live", "key", "rtmps://h:1936/live"),
            ("rtmp://[::1]:1940/live/key", "::1", 1940, "live", "key", "rtmp://[::1]:1940/live"),
            ("rtmp://h/live/key?token=a/b", "h", 1935, "live", "key?token=a/b", "rtmp://h/live"),
            ("rtmp://h/vod/mp4:dir/film.mp4", "h", 1935, "vod", "mp4:dir/film.mp4", "rtmp://h/vod"),
        ])
    func parts(_ text: String, _ host: String, _ port: Int, _ app: String, _ name: String, _ tcURL: String) throws {
        let url = try RTMPURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.application == app)
        #expect(url.streamName == name)
        #expect(url.tcURL == tcURL)
        #expect(!"\(url)".contains("token"))
    }

    @Test("what is no RTMP URL is refused")
    func faults() {
        #expect(throws: RTMPURL.Fault.unsupportedScheme) { try RTMPURL("http://h/live/key") }
        #expect(throws: RTMPURL.Fault.unsupportedScheme) { try RTMPURL("live/key") }
        #expect(throws: RTMPURL.Fault.unsupportedScheme) { try RTMPURL("rtmpfp://h/live/key") }
        #expect(throws: RTMPURL.Fault.missingHost) { try RTMPURL("rtmp:///live/key") }
        for port in ["0", "65536", "-1", "x", ""] {
            #expect(throws: RTMPURL.Fault.invalidPort) { try RTMPURL("rtmp://h:\(port)/live/key") }
        }
    }
}
