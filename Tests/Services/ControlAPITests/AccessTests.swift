import EndpointCore
import NIOCore
import Testing

@testable import ControlAPI

@Suite("Control API: who may")
struct AccessTests {
    /// Grants what the request's `x-role` says, in its `x-app`.
    private struct ByHeader: APIAuthorizer {
        func authorize(_ request: HTTPRoute.Request) async -> Result<APIGrant, APIRefusal> {
            guard let role = request.headers["x-role"].flatMap(APIRole.init(rawValue:)) else {
                return .failure(.unknown("send a token"))
            }
            return .success(
                APIGrant(name: "test", role: role, applications: request.headers["x-app"].map { [$0] }))
        }
    }

    @Test("requests from this machine are trusted, others are not", arguments: ["127.0.0.1", "127.8.8.8", "::1"])
    func local(address: String) async throws {
        let room = Room()
        #expect(try await room.answer("/server", from: address).status == 200)
        for stranger in ["192.0.2.1", "::2", "unknown", "", "127.0.0.1.example.com", "127.0.0", "1127.0.0.1"] {
            #expect(try room.problem(try await room.answer("/server", from: stranger)).status == 403)
        }
    }

    @Test("what came through a proxy is not local", arguments: StrangerSign.proxyFields)
    func proxies(field: String) async throws {
        let room = Room()
        #expect(try room.problem(try await room.answer("/server", headers: [field: "x"])).status == 403)
    }

    @Test("a foreign name for this machine is not local, its own are")
    func rebinding() async throws {
        let room = Room()
        for authority in ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:8080", "[::1]"] {
            #expect(try await room.answer("/server", authority: authority).status == 200)
        }
        for authority in ["evil.example.com", "[::2]", "[::1", "", "localhost.", "127.0.0.1@evil", "localhost@evil:1"] {
            #expect(try await room.answer("/server", authority: authority).status == 403)
        }
        #expect(try await room.answer("/server", authority: nil).status == 403)
    }

    @Test("where a proxy stands before the server nobody is local")
    func behindProxy() async throws {
        let room = Room(authorizer: LocalRequests(isBehindProxy: { true }))
        #expect(try room.problem(try await room.answer("/server")).status == 403)
    }

    @Test("a connection that a proxy passed on is not local, nor is a request of HTTP/1.0")
    func connections() async {
        var request = HTTPRoute.Request(
            method: "GET", path: ServerAPI.prefix, authority: "localhost", peerAddress: "127.0.0.1")
        #expect(await LocalRequests().isGranted(request))
        request.isProxied = true
        #expect(await !LocalRequests().isGranted(request))
        request.isProxied = false
        request.isOfOldVersion = true
        #expect(await !LocalRequests().isGranted(request))
    }

    @Test("each role may do what those before it may, and no more")
    func roles() async throws {
        let room = Room(authorizer: ByHeader())
        try await room.enter("x")
        #expect(try await room.answer("/sessions", headers: ["x-role": "viewer"]).status == 200)
        let refused = try room.problem(try await room.answer("/sessions/x", "DELETE", headers: ["x-role": "viewer"]))
        #expect(refused.status == 403 && refused.detail.contains("operator"))
        #expect(try await room.answer("/sessions/x", "DELETE", headers: ["x-role": "operator"]).status == 204)
        let unknown = try await room.answer("/sessions")
        #expect(unknown.status == 401 && unknown.headers["WWW-Authenticate"] != nil)
    }

    @Test("who may see one application sees no other, nor whether there is one")
    func scope() async throws {
        let room = Room(authorizer: ByHeader())
        _ = try await room.publish("live/show")
        _ = try await room.publish("other/show")
        try await room.enter("x", path: "other/show")
        let scoped = ["x-role": "admin", "x-app": "live"]
        #expect(try room.json(try await room.answer("/streams", headers: scoped))["total"] as? Int == 1)
        #expect(try room.json(try await room.answer("/sessions", headers: scoped))["total"] as? Int == 0)
        for (path, method) in [
            ("/streams/other/show", "GET"), ("/streams/other/show/reconnect", "POST"), ("/sessions/x", "GET"),
            ("/sessions/x", "DELETE"), ("/sessions/x/reconnect", "POST"),
        ] {
            #expect(try await room.answer(path, method, headers: scoped).status == 404)
        }
        #expect(try room.json(try await room.answer("/server", headers: scoped))["streams"] == nil)
    }

    @Test("pages of other sites change nothing, though they may ask")
    func crossSite() async throws {
        let room = Room()
        let session = try await room.enter("x")
        for headers in [
            ["origin": "http://evil.example.com"], ["origin": "null"], ["origin": ""], ["sec-fetch-site": "cross-site"],
            ["sec-fetch-site": "same-site", "origin": "http://localhost:8080"], ["origin": "http://localhost:9999"],
        ] {
            #expect(try await room.answer("/sessions/x", "DELETE", headers: headers).status == 403)
            #expect(try await room.answer("/sessions/x", headers: headers).status == 200)
        }
        #expect(try await room.loop.submit { session.onLoop.ends }.get().isEmpty)
        let own = ["origin": "http://localhost:8080", "sec-fetch-site": "same-origin"]
        #expect(try await room.answer("/sessions/x", "DELETE", headers: own).status == 204)
    }
    @Test("the document is for everybody, and what it describes is not")
    func document() async throws {
        let room = Room(authorizer: ByHeader())
        for authority in ["media.example", "localhost"] {
            let document = try await room.answer("/openapi.json", from: "192.0.2.1", authority: authority)
            #expect(document.status == 200 && document.headers["Access-Control-Allow-Origin"] == nil)
        }
        #expect(try await room.answer("/openapi.json", "DELETE", from: "192.0.2.1").status == 405)
        for path in ["/openapi.json/", "/openapi.json/x", "//openapi.json", "/openapi%2Ejson", "/server", "/nothing"] {
            #expect(try await room.answer(path, from: "192.0.2.1").status == 401)
        }
    }
}

extension LocalRequests {
    fileprivate func isGranted(_ request: HTTPRoute.Request) async -> Bool {
        if case .success = await authorize(request) { return true }
        return false
    }
}
