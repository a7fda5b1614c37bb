import Authorization
import Catalogue
import ConfigurationReading
import EndpointCore
import Foundation
import Logging
import MediaModel
import NIOCore
import StreamHub
import Testing

@testable import ControlAPI

/// An API with a catalogue in a folder of the test's own.
private final class Office: Sendable {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("office-\(UUID().uuidString)").path
    let authorizer: PolicyAuthorizer
    let room: Room

    init(isBehindProxy: Bool = false) {
        let catalogue = CatalogueDoor(folder: folder, logger: Logger(label: "test") { _ in SilentLog() })
        let authorizer = PolicyAuthorizer(
            configuration: { ServerConfiguration() }, catalogue: catalogue,
            logger: Logger(label: "test") { _ in SilentLog() })
        self.authorizer = authorizer
        room = Room(
            authorizer: TokenRequests(authorizer, isBehindProxy: { isBehindProxy }),
            registrations: Registrations(
                catalogue: catalogue, rtmpPort: { 1935 }, keysChanged: { await authorizer.refreshTokenKeys() }))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func call(
        _ method: String, _ path: String, _ body: String = "", query: [String: String] = [:], token: String? = nil,
        from address: String = "127.0.0.1", type: String = "application/json"
    ) async throws -> (status: Int, text: String, members: [String: Any]) {
        var headers = ["content-type": type]
        if let token { headers["authorization"] = "Bearer " + token }
        let answer = try await room.answer(
            path, method, query: query, headers: headers, body: body, from: address, authority: "media.example:8080")
        let text = String(buffer: answer.body)
        return (answer.status, text, text.isEmpty ? [:] : try room.json(answer))
    }

    func token(_ role: String, _ applications: String? = nil) async throws -> String {
        let scope = applications.map { #","applications":["\#($0)"]"# } ?? ""
        let made = try await room.answer(
            "/tokens", "POST", headers: ["content-type": "application/json", "authorization": "Bearer \(admin)"],
            body: #"{"label":"\#(role)","role":"\#(role)"\#(scope)}"#)
        return try #require(try room.json(made)["token"] as? String)
    }

    private let adminBox = AdminBox()
    private var admin: String { adminBox.token }

    /// Makes the first token that somebody makes, which ends the trust in this machine.
    func open() async throws {
        let made = try await room.answer(
            "/tokens", "POST", headers: ["content-type": "application/json"],
            body: #"{"label":"me","role":"admin"}"#)
        #expect(made.status == 201)
        adminBox.token = try #require(try room.json(made)["token"] as? String)
    }

    var adminToken: String { admin }
}

/// Written once before it is read.
private final class AdminBox: @unchecked Sendable { var token = "" }

@Suite("Control API: live streams and tokens")
struct LiveStreamsTests {
    @Test("a live stream is set up, shown, changed and deleted")
    func life() async throws {
        let office = Office()
        try await office.open()
        let token = office.adminToken
        let made = try await office.call(
            "POST", "/live-streams", #"{"name":"My Live Event","record":true}"#, token: token)
        #expect(made.status == 201)
        let id = try #require(made.members["id"] as? String)
        let key = try #require(made.members["streamKey"] as? String)
        #expect(made.members["name"] as? String == "My Live Event" && made.members["record"] as? Bool == true)
        #expect(made.members["rtmpUrl"] as? String == "rtmp://media.example/live")
        let playback = try #require(made.members["playback"] as? [String: String])
        #expect(
            playback == [
                "hls": "http://media.example:8080/live/my-live-event/index.m3u8",
                "dash": "http://media.example:8080/live/my-live-event/manifest.mpd",
                "flv": "http://media.example:8080/live/my-live-event.flv",
                "page": "http://media.example:8080/live/my-live-event",
            ])
        let wish = StreamWish(application: "live", name: key, peerAddress: "192.0.2.1")
        #expect(await office.authorizer.authorizePublish(wish) == .allow(try StreamPath("live/my-live-event")))

        for path in ["/live-streams", "/live-streams/\(id)", "/live-streams/\(id)/keys"] {
            let shown = try await office.call("GET", path, token: token)
            #expect(shown.status == 200 && !shown.text.contains("swk_"))
        }
        let changed = try await office.call("PATCH", "/live-streams/\(id)", #"{"name":"<b>Other</b>"}"#, token: token)
        #expect(changed.members["name"] as? String == "<b>Other</b>" && changed.members["record"] as? Bool == true)
        #expect(!changed.text.contains("<b>"))

        let second = try await office.call(
            "POST", "/live-streams/\(id)/keys", #"{"label":"van","endOthersAfterSeconds":0}"#, token: token)
        #expect(second.status == 201 && (second.members["streamKey"] as? String)?.hasPrefix("swk_") == true)
        #expect(await office.authorizer.authorizePublish(wish) == .deny(.keyExpired))
        let secondID = try #require(second.members["id"] as? String)
        #expect(try await office.call("DELETE", "/live-streams/\(id)/keys/\(secondID)", token: token).status == 204)
        #expect(try await office.call("DELETE", "/live-streams/\(id)/keys/\(secondID)", token: token).status == 404)
        #expect(try await office.call("POST", "/live-streams/\(id)/keys", token: token).status == 201, "no body at all")

        let signed = try await office.call(
            "POST", "/live-streams/\(id)/playback-tokens", #"{"expiresInSeconds":60,"addresses":"192.0.2.0/24"}"#,
            token: token)
        #expect(signed.status == 201)
        let playing = try #require(signed.members["token"] as? String)
        #expect(
            (signed.members["playback"] as? [String: String])?["hls"]?.hasSuffix("index.m3u8?token=" + playing) == true)

        #expect(try await office.call("DELETE", "/live-streams/\(id)", token: token).status == 204)
        #expect(try await office.call("GET", "/live-streams/\(id)", token: token).status == 404)
        #expect(try await office.call("POST", "/signing-keys", #"{"removeOthers":true}"#, token: token).status == 201)
    }

    @Test("this machine is trusted until there is a token, and everybody needs one from then on")
    func trust() async throws {
        let office = Office()
        let before = try await office.room.answer("/streams")
        #expect(before.status == 200)
        #expect(!FileManager.default.fileExists(atPath: office.folder), "asking makes no folder")
        #expect(try await office.call("GET", "/streams", from: "192.0.2.1").status == 401)
        try await office.open()
        #expect(try await office.room.answer("/streams").status == 401)
        for token in ["", "x", "swt_", "swt_abcdefghijkmnpqrstuvwxyz23456789", String(repeating: "a", count: 10_000)] {
            #expect(try await office.call("GET", "/streams", token: token).status == 401)
        }
        #expect(try await office.call("GET", "/streams", token: office.adminToken, from: "192.0.2.1").status == 200)
        let other = try await office.room.answer("/streams", headers: ["authorization": "Basic YTpi"])
        #expect(other.status == 401 && other.headers["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
    }

    @Test("behind a proxy this machine is not trusted, and a first token is made for whoever asks")
    func behindProxy() async throws {
        let office = Office(isBehindProxy: true)
        #expect(try await office.room.answer("/streams").status == 401)
        #expect(FileManager.default.fileExists(atPath: office.folder))
    }

    @Test("roles may what is theirs, within their applications")
    func roles() async throws {
        let office = Office()
        try await office.open()
        let admin = office.adminToken
        let viewer = try await office.token("viewer")
        let scoped = try await office.token("operator", "tv")
        let local = try await office.token("admin", "tv")
        let body = #"{"name":"A"}"#
        let made = try await office.call("POST", "/live-streams", body, token: admin)
        let id = try #require(made.members["id"] as? String)
        #expect(try await office.call("GET", "/live-streams/\(id)", token: viewer).status == 200)
        #expect(try await office.call("POST", "/live-streams", body, token: viewer).status == 403)
        #expect(try await office.call("POST", "/live-streams/\(id)/keys", token: viewer).status == 403)
        #expect(try await office.call("GET", "/tokens", token: viewer).status == 403)
        #expect(try await office.call("GET", "/tokens", token: scoped).status == 403)
        #expect(try await office.call("GET", "/tokens", token: local).status == 403, "it could make itself one for all")
        #expect(try await office.call("POST", "/signing-keys", token: local).status == 403)
        #expect(try await office.call("POST", "/live-streams", body, token: scoped).status == 403)
        #expect(
            try await office.call("POST", "/live-streams", #"{"name":"A","app":"tv"}"#, token: scoped).status == 201)
        for method in ["GET", "PATCH", "DELETE"] {
            #expect(try await office.call(method, "/live-streams/\(id)", #"{"name":"B"}"#, token: scoped).status == 404)
        }
        let listed = try await office.call("GET", "/live-streams", token: scoped)
        #expect((listed.members["liveStreams"] as? [[String: Any]])?.map { $0["stream"] as? String } == ["tv/a"])
        let none = try await office.call("GET", "/live-streams", query: ["app": "live"], token: scoped)
        #expect((none.members["liveStreams"] as? [Any])?.isEmpty == true)
        // A token that is deleted opens nothing.
        let tokens = try await office.call("GET", "/tokens", token: admin)
        #expect(!tokens.text.contains("swt_"))
        let entries = try #require(tokens.members["tokens"] as? [[String: Any]])
        let viewerID = try #require(entries.first { $0["label"] as? String == "viewer" }?["id"] as? String)
        #expect(try await office.call("DELETE", "/tokens/\(viewerID)", token: admin).status == 204)
        #expect(try await office.call("GET", "/live-streams", token: viewer).status == 401)
    }

    @Test("who listens by a token is let go when it is deleted")
    func listeners() async throws {
        let office = Office()
        try await office.open()
        let viewer = try await office.token("viewer")
        let listening = try await office.room.answer("/events", headers: ["authorization": "Bearer \(viewer)"])
        #expect(office.room.events.listenerCount == 1)
        let tokens = try await office.call("GET", "/tokens", token: office.adminToken)
        let entries = try #require(tokens.members["tokens"] as? [[String: Any]])
        let id = try #require(entries.first { $0["label"] as? String == "viewer" }?["id"] as? String)
        #expect(try await office.call("DELETE", "/tokens/\(id)", token: office.adminToken).status == 204)
        #expect(office.room.events.listenerCount == 0)
        var heard = 0
        for await _ in try #require(listening.chunks) { heard += 1 }
        #expect(heard == 0)
    }

    @Test(
        "what makes no sense is told so, and nothing is made",
        arguments: [
            "", "{", "[]", "null", "{}", #"{"name":5}"#, #"{"name":""}"#, #"{"name":"a\nb"}"#,
            #"{"name":"a","other":1}"#,
            #"{"name":"a","record":"yes"}"#, #"{"name":"a","app":"../x"}"#, #"{"name":"a","stream":"a b"}"#,
            #"{"name":"a","stream":"swk_abc"}"#, #"{"name":"a","expiresAt":"tomorrow"}"#, #"{"name":"a","user":"a&b"}"#,
            #"{"name":"a","expiresAt":"2001-01-01T00:00:00Z"}"#, #"{"name":"a","addresses":["10.0.0.0/33"]}"#,
            #"{"name":"a","addresses":{"a":1}}"#, #"{"name":{"a":{"b":1}}}"#, String(repeating: "[", count: 10_000),
            #"{"name":"a","label":"\#(String(repeating: "a", count: 65))"}"#, "\u{FF}",
        ])
    func hostile(body: String) async throws {
        let office = Office()
        try await office.open()
        #expect(try await office.call("POST", "/live-streams", body, token: office.adminToken).status == 400)
        #expect(
            try await office.call(
                "POST", "/live-streams", #"{"name":"a"}"#, token: office.adminToken, type: "text/plain"
            ).status == 415)
        let listed = try await office.call("GET", "/live-streams", token: office.adminToken)
        #expect((listed.members["liveStreams"] as? [Any])?.isEmpty == true)
    }

    @Test("a thousand live streams are listed in pages")
    func many() async throws {
        let office = Office()
        try await office.open()
        for number in 0..<1_000 {
            let made = try await office.call(
                "POST", "/live-streams", #"{"name":"Event \#(number)"}"#, token: office.adminToken)
            #expect(made.status == 201)
        }
        var seen: Set<String> = []
        var after: String?
        repeat {
            let page = try await office.call(
                "GET", "/live-streams", query: after.map { ["limit": "500", "after": $0] } ?? ["limit": "500"],
                token: office.adminToken)
            seen.formUnion((page.members["liveStreams"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String })
            after = page.members["next"] as? String
        } while after != nil
        #expect(seen.count == 1_000)
    }

    @Test("what is shown is what the document says")
    func documented() async throws {
        let office = Office()
        try await office.open()
        let token = office.adminToken
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(ServerAPI.document.readableBytesView)) as? [String: Any])
        let schemas = try #require((document["components"] as? [String: Any])?["schemas"] as? [String: [String: Any]])
        func check(_ shown: [String: Any], _ name: String) throws {
            let properties = try #require(schemas[name]?["properties"] as? [String: Any])
            #expect(Set(shown.keys).subtracting(properties.keys).isEmpty, "\(name)")
            #expect(
                Set(try #require(schemas[name]?["required"] as? [String])).subtracting(shown.keys).isEmpty, "\(name)")
        }
        let made = try await office.call("POST", "/live-streams", #"{"name":"A"}"#, token: token).members
        try check(made, "NewLiveStream")
        let id = try #require(made["id"] as? String)
        try check(try await office.call("GET", "/live-streams/\(id)", token: token).members, "LiveStream")
        try check(try await office.call("GET", "/live-streams", token: token).members, "LiveStreamList")
        let body = #"{"label":"l","user":"u","addresses":["::1"],"expiresAt":"2100-01-01T00:00:00Z"}"#
        try check(try await office.call("POST", "/live-streams/\(id)/keys", body, token: token).members, "NewKey")
        let keys = try await office.call("GET", "/live-streams/\(id)/keys", token: token).members
        try check(keys, "KeyList")
        for key in keys["keys"] as? [[String: Any]] ?? [] { try check(key, "Key") }
        try check(
            try await office.call("POST", "/live-streams/\(id)/playback-tokens", token: token).members, "PlaybackToken")
        let made2 = try await office.call(
            "POST", "/tokens",
            #"{"label":"x","role":"viewer","applications":"live","expiresAt":"2100-01-01T00:00:00Z"}"#, token: token)
        try check(made2.members, "NewToken")
        let tokens = try await office.call("GET", "/tokens", token: token).members
        try check(tokens, "TokenList")
        for token in tokens["tokens"] as? [[String: Any]] ?? [] { try check(token, "Token") }
        try check(try await office.call("POST", "/signing-keys", token: token).members, "SigningKey")
    }
}
