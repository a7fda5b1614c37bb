import EndpointCore
import Foundation
import NIOCore
import Testing

@testable import ControlAPI

@Suite("Control API: as SRS has it")
struct SRSTests {
    private func ask(
        _ path: String, _ method: String = "GET", query: [String: String] = [:], headers: [String: String] = [:],
        of room: Room, from address: String = "127.0.0.1"
    ) async throws -> HTTPRoute.Answer {
        let routes = HTTPRoutes(SRSRoutes(room.api).routes)
        return try await #require(routes.route(for: path, method: method)).answer(
            HTTPRoute.Request(
                method: method, path: path, authority: "localhost", query: query, headers: headers,
                peerAddress: address))
    }

    private func get(_ path: String, query: [String: String] = [:], of room: Room) async throws -> [String: Any] {
        let answer = try await ask(path, query: query, of: room)
        #expect(answer.status == 200)
        let members = try room.json(answer)
        #expect(Set(members.keys).isSuperset(of: ["code", "server", "service", "pid"]))
        #expect((members["server"] as? String)?.hasPrefix("vid-") == true)
        return members
    }

    /// A stream with a publisher and a viewer.
    private func stage() async throws -> Room {
        let room = Room()
        _ = try await room.publish("live/show")
        try await room.enter(
            "p", .publisher, from: ("2001:db8::1", 5), agent: "OBS", reading: SessionReading(state: .publishing))
        try await room.enter("v")
        return room
    }

    // The members are those of SRS's documentation of its HTTP API.

    @Test("streams are listed with the members that SRS gives them")
    func streams() async throws {
        let room = try await stage()
        let list = try await get("/api/v1/streams/", of: room)
        #expect(list["code"] as? Int == 0)
        let stream = try #require((list["streams"] as? [[String: Any]])?.first)
        #expect(
            Set(stream.keys) == [
                "id", "name", "vhost", "app", "tcUrl", "url", "live_ms", "clients", "frames", "send_bytes",
                "recv_bytes", "kbps", "publish", "video", "audio",
            ])
        #expect(stream["name"] as? String == "show")
        #expect(stream["app"] as? String == "live")
        #expect(stream["url"] as? String == "/live/show")
        #expect(stream["clients"] as? Int == 2)
        #expect(Set(try #require(stream["kbps"] as? [String: Int]).keys) == ["recv_30s", "send_30s"])
        let publish = try #require(stream["publish"] as? [String: Any])
        #expect(publish["active"] as? Bool == true && publish["cid"] as? String == "p")
        let video = try #require(stream["video"] as? [String: Any])
        #expect(Set(video.keys) == ["codec", "profile", "level", "width", "height"])
        #expect(video["codec"] as? String == "H264" && video["width"] as? Int == 640)
        let audio = try #require(stream["audio"] as? [String: Any])
        #expect(Set(audio.keys) == ["codec", "sample_rate", "channel", "profile"])
        #expect(audio["codec"] as? String == "AAC" && audio["channel"] as? Int == 6)

        let id = try #require(stream["id"] as? String)
        let one = try await get("/api/v1/streams/\(id)", of: room)
        #expect((one["stream"] as? [String: Any])?["name"] as? String == "show")
        #expect(try await get("/api/v1/streams/vid-none", of: room)["code"] as? Int == 2_048)
    }

    @Test("clients are listed with the members that SRS gives them, in pages")
    func clients() async throws {
        let room = try await stage()
        let list = try #require(try await get("/api/v1/clients", of: room)["clients"] as? [[String: Any]])
        #expect(list.map { $0["id"] as? String } == ["p", "v"])
        #expect(
            Set(list[0].keys) == [
                "id", "vhost", "stream", "ip", "pageUrl", "swfUrl", "tcUrl", "url", "name", "type", "publish", "alive",
                "send_bytes", "recv_bytes", "kbps",
            ])
        #expect(list[0]["ip"] as? String == "2001:db8::1")
        #expect(list.map { $0["publish"] as? Bool } == [true, false])
        #expect(list.map { $0["type"] as? String } == ["fmle-publish", "rtmp-play"])
        let page = try await get("/api/v1/clients", query: ["start": "1", "count": "5"], of: room)
        #expect((page["clients"] as? [Any])?.count == 1)
        for odd in ["-1", "x", "99999999999999999999"] {
            _ = try await get("/api/v1/clients", query: ["start": odd, "count": odd], of: room)
        }
    }

    @Test("the server tells of itself")
    func server() async throws {
        let room = try await stage()
        let version = try #require(try await get("/api/v1/versions", of: room)["data"] as? [String: Any])
        #expect(Set(version.keys) == ["major", "minor", "revision", "version"])
        let summary = try #require(try await get("/api/v1/summaries", of: room)["data"] as? [String: Any])
        #expect(Set(summary.keys) == ["ok", "now_ms", "self", "system"])
        let vhost = try #require(
            (try await get("/api/v1/vhosts/", of: room)["vhosts"] as? [[String: Any]])?.first)
        #expect(
            Set(vhost.keys) == [
                "id", "name", "enabled", "clients", "streams", "send_bytes", "recv_bytes", "kbps", "hls",
            ])
        let stream = try #require((try await get("/api/v1/streams", of: room)["streams"] as? [[String: Any]])?.first)
        #expect(stream["vhost"] as? String == vhost["id"] as? String)
        #expect((try await get("/api/v1", of: room)["urls"] as? [String])?.contains("/api/v1/streams") == true)
    }

    @Test("a client is kicked by its id, and only by who may")
    func kick() async throws {
        let room = Room()
        let viewer = try await room.enter("v")
        #expect(try await ask("/api/v1/clients/v", "DELETE", of: room, from: "192.0.2.1").status == 403)
        let foreign = ["origin": "https://evil.example", "sec-fetch-site": "cross-site"]
        #expect(try await ask("/api/v1/clients/v", "DELETE", headers: foreign, of: room).status == 403)
        #expect(try await ask("/api/v1/streams/v", "DELETE", of: room).status == 405)
        let none = try room.json(try await ask("/api/v1/clients/nobody", "DELETE", of: room))
        #expect(none["code"] as? Int == 2_049)
        let done = try room.json(try await ask("/api/v1/clients/v", "DELETE", of: room))
        #expect(done["code"] as? Int == 0)
        #expect(viewer.onLoop.ends.count == 1)
    }

    @Test("a token may be the password of basic authentication")
    func basic() {
        let field = "Basic " + Data("anybody:swt_abc:d".utf8).base64EncodedString()
        #expect(SRSRoutes.basicPassword(field) == "swt_abc:d")
        for other in [nil, "Bearer swt_abc", "Basic !!", "Basic"] { #expect(SRSRoutes.basicPassword(other) == nil) }
    }
}
