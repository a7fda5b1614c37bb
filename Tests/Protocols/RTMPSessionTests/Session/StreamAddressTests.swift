import RTMPSession
import Testing

@Suite("Stream addresses")
struct StreamAddressTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var app: String?
        var tcURL = "rtmp://Example.org:1935/live"
        var flashVersion = "FMLE/3.0"
        var name: String
        var path: String
        var query = ""
        var host: String? = "example.org"
        var container: StreamAddress.Container?
        var testDescription: String { "\(app ?? "nil") + \(name)" }
    }

    static let cases = [
        Case(app: "live", name: "key", path: "live/key"),
        Case(app: "live/", name: "/key", path: "live/key"),
        Case(app: "/live//sub/", name: "key/", path: "live/sub/key"),
        Case(app: " \"live\" ", tcURL: "\"rtmp://h/live\"", name: "'key'\n", path: "live/key", host: "h"),
        Case(app: "live", name: "key?token=x&user=y", path: "live/key", query: "token=x&user=y"),
        Case(app: "live", name: "?token=x", path: "live/", query: "token=x"),
        Case(app: "live", name: "", path: "live/"),
        Case(app: "live/key", name: "", path: "live/key"),
        Case(app: "live/key?token=x", name: "", path: "live/key", query: "token=x"),
        // OBS: the query belongs to the server, the key comes verbatim.
        Case(app: "live?x=1", name: "key", path: "live/key", query: "x=1"),
        Case(app: "live/sub?x=1", flashVersion: "FMSc/1.0", name: "key", path: "live/sub/key", query: "x=1"),
        Case(app: "live?x=1", name: "key?x=2&y=3", path: "live/key", query: "x=2&y=3"),
        // FFmpeg: the second slash divides, wherever it lies.
        Case(
            app: "live/key?token=a", flashVersion: "Lavf60.3.100", name: "b", path: "live/key", query: "token=a/b"),
        Case(
            app: "live/key?token=a", flashVersion: "LNX 9,0,124,2", name: "b/c", path: "live/key", query: "token=a/b/c"),
        Case(app: "live?x=1", flashVersion: "Lavf60.3.100", name: "key", path: "live/key", query: "x=1"),
        Case(app: "a/b", flashVersion: "Lavf60.3.100", name: "c/d?x=1", path: "a/b/c/d", query: "x=1"),
        Case(app: "live/_definst_", name: "key", path: "live/key"),
        Case(app: "live", name: "_definst_/key", path: "live/key"),
        Case(app: "vod", name: "mp4:film.mp4", path: "vod/film.mp4", container: .mp4),
        Case(app: "vod", name: "FLV:a/b", path: "vod/a/b", container: .flv),
        Case(app: "vod", name: "mp4:", path: "vod/", container: .mp4),
        Case(app: "vod", name: "other:film", path: "vod/other:film"),
        Case(app: nil, name: "key", path: "live/key"),
        Case(app: nil, tcURL: "", name: "key", path: "/key", host: nil),
        Case(app: nil, tcURL: "rtmp://h/live?auth=1", name: "key", path: "live/key", query: "auth=1", host: "h"),
        Case(app: "live", name: "rtmp://example.org/live/key?t=1", path: "live/key", query: "t=1"),
        Case(app: "live", name: "rtmp://example.org/other/key", path: "live/other/key"),
        Case(app: "live", name: "key?vhost=Other.ORG", path: "live/key", query: "vhost=Other.ORG", host: "other.org"),
        Case(app: "live?domain=d", name: "key", path: "live/key", query: "domain=d", host: "d"),
        Case(
            app: "live", tcURL: "rtmp://u:p@[2001:DB8::1]:1936/live", name: "key", path: "live/key", host: "2001:db8::1"
        ),
        Case(app: "live", tcURL: "rtmp://h/live#key", name: "key", path: "live/key", host: "h"),
        Case(app: "live", name: "../key", path: "live/../key"),
    ]

    @Test("the same stream comes out of every client's division", arguments: cases)
    func resolution(_ given: Case) {
        let address = StreamAddress(
            application: given.app, tcURL: given.tcURL, flashVersion: given.flashVersion, name: given.name)
        #expect(address.path == given.path)
        #expect(address.query.text == given.query)
        #expect(address.host == given.host)
        #expect(address.container == given.container)
    }

    @Test("queries keep their order, show no values and do not grow without end")
    func queries() {
        let query = StreamQuery("token=se=cret&flag&=x&token=other")
        #expect(query["token"] == "se=cret")
        #expect(query["flag"] == "")
        #expect(query["missing"] == nil)
        #expect("\(query)" == "token=…&flag=…")
        #expect(StreamQuery((0..<10_000).map { "a\($0)=1" }.joined(separator: "&")).items.count == 64)
    }
}
