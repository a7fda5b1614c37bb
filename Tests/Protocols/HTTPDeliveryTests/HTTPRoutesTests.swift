import EndpointCore
import NIOCore
import Testing

@Suite("Routes of the HTTP port")
struct HTTPRoutesTests {
    private static func route(_ name: String) -> HTTPRoute {
        HTTPRoute(methods: ["GET"], mostBodyBytes: 0) { _ in HTTPRoute.Answer(mediaType: name, body: ByteBuffer()) }
    }

    private static func answerer(of path: String) async -> String? {
        let routes = HTTPRoutes([
            "/api/": route("api"), "/api/obs/": route("obs"), "/api/obs/ladder": route("ladder"),
            "/open": route("open"), "/": route("root"),
        ])
        let route = routes.route(for: path, method: "GET")
        return await route?.answer(HTTPRoute.Request(method: "GET", path: path, peerAddress: "::1")).mediaType
    }

    @Test(
        "the most exact route answers",
        arguments: [
            ("/api/", "api"), ("/api/streams/1", "api"), ("/api/obs/", "obs"), ("/api/obs/x", "obs"),
            ("/api/obs/ladder", "ladder"), ("/api/obs/ladder/x", "obs"), ("/open", "open"), ("/", "root"),
        ])
    func choice(path: String, name: String) async {
        #expect(await Self.answerer(of: path) == name)
    }

    @Test("paths beside the routes are nobody's", arguments: ["", "/api", "/open/1", "/opener", "/live/api/"])
    func nobody(path: String) async {
        #expect(await Self.answerer(of: path) == nil)
    }

    @Test("other routes take the place of all")
    func replaced() {
        let routes = HTTPRoutes(["/a": Self.route("a"), "/b/": Self.route("b")])
        routes.replace(with: ["/b/": Self.route("b"), "/c": Self.route("c")])
        #expect(routes.route(for: "/a", method: "GET") == nil)
        #expect(routes.route(for: "/b/x", method: "GET") != nil && routes.route(for: "/c", method: "GET") != nil)
    }

    @Test("a route may leave other methods to the rest of the port")
    func shared() {
        let routes = HTTPRoutes([
            "/open/": HTTPRoute(methods: ["POST"], sharesPath: true, mostBodyBytes: 0) { _ in
                HTTPRoute.Answer(mediaType: "", body: ByteBuffer())
            },
            "/api/": Self.route("api"),
        ])
        #expect(routes.route(for: "/open/1", method: "POST") != nil)
        #expect(routes.route(for: "/open/1", method: "GET") == nil)
        #expect(routes.route(for: "/api/", method: "POST") != nil)
    }
}
