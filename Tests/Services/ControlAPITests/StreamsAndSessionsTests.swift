import EndpointCore
import Foundation
import MediaModel
import NIOCore
import NIOPosix
import StreamHub
import Testing

@testable import ControlAPI

@Suite("Control API: streams and sessions")
struct StreamsAndSessionsTests {
    @Test("a live stream is shown with its tracks, and text from outside as text")
    func stream() async throws {
        let room = Room()
        let port = try await room.publish("live/show")
        let shown = try await room.get("/streams/live/show")
        #expect(shown["state"] as? String == "live")
        let tracks = try #require(shown["tracks"] as? [[String: Any]])
        #expect(tracks.map { $0["kind"] as? String } == ["video", "audio"])
        #expect(tracks[0]["width"] as? Int == 640)
        #expect(tracks[0]["frames"] as? Int == 25)
        #expect(tracks[0]["language"] as? String == "de")
        #expect(tracks[0]["name"] as? String == "<b>main</b>")
        #expect(tracks[1]["loudspeakers"] as? [String] == ["FL", "FR", "FC", "LFE", "BL", "BR"])
        let text = String(buffer: try await room.answer("/streams/live/show").body)
        #expect(!text.contains("<"))
        port.end(.unpublished)
        try await room.loop.submit {}.get()
        #expect(try room.problem(try await room.answer("/streams/live/show")).status == 404)
    }

    @Test("streams come in pages, each once, in the order of their names")
    func pages() async throws {
        let room = Room()
        for name in ["live/c", "live/a", "other/b", "live/b"] { _ = try await room.publish(name) }
        var names: [String] = []
        var query = ["limit": "2"]
        while true {
            let page = try await room.get("/streams", query: query)
            #expect(page["total"] as? Int == 4)
            names += try #require(page["streams"] as? [[String: Any]]).map { "\($0["application"]!)/\($0["name"]!)" }
            guard let next = page["next"] as? String else { break }
            query["after"] = next
        }
        #expect(names == ["live/a", "live/b", "live/c", "other/b"])
        let filtered = try await room.get("/streams", query: ["app": "other"])
        #expect(filtered["total"] as? Int == 1)
    }

    @Test("what an output leaves out is shown with the track")
    func omissions() async throws {
        let room = Room()
        let port = try await room.publish("live/show")
        port.stream.noteOmissions([TrackOmission(track: .init(.audio), reason: "no place")], by: "hls")
        let shown = try await room.get("/streams/live/show")
        let tracks = try #require(shown["tracks"] as? [[String: Any]])
        #expect(tracks[1]["omittedFrom"] as? [[String: String]] == [["output": "hls", "reason": "no place"]])
        #expect((tracks[0]["omittedFrom"] as? [Any])?.isEmpty == true)
    }

    @Test("sessions are listed with what they carry, filtered and in pages")
    func sessions() async throws {
        let room = Room()
        var reading = SessionReading(state: .publishing)
        reading.framesReceived = 9
        try await room.enter("p", .publisher, from: ("2001:db8::1", 5), agent: "obs \"30\"", reading: reading)
        for number in 0..<5 { try await room.enter("v\(number)", transport: number < 2 ? "rtmp" : "http-flv") }
        try await room.enter("w", path: "other/show")
        let all = try await room.get("/sessions")
        #expect(all["total"] as? Int == 7)
        let first = try #require((all["sessions"] as? [[String: Any]])?.first)
        #expect(first["agent"] as? String == "obs \"30\"")
        #expect(first["peer"] as? String == "[2001:db8::1]:5")
        #expect(first["framesReceived"] as? Int == 9)
        for (query, count) in [
            (["role": "publisher"], 1), (["app": "other"], 1), (["stream": "live/show"], 6),
            (["transport": "http-flv"], 3), (["transport": "none"], 0),
        ] {
            #expect(try await room.get("/sessions", query: query)["total"] as? Int == count)
        }
        let page = try await room.get("/sessions", query: ["limit": "3"])
        let rest = try await room.get(
            "/sessions", query: ["limit": "10", "after": try #require(page["next"] as? String)])
        #expect((rest["sessions"] as? [Any])?.count == 4)
        #expect(rest["next"] == nil)
    }

    @Test("ending a session tells it so, once")
    func end() async throws {
        let room = Room()
        let session = try await room.enter("x")
        #expect(try await room.answer("/sessions/x", "DELETE").status == 204)
        #expect(try await room.loop.submit { session.onLoop.ends }.get() == ["ended by the operator"])
        room.sessions.leave(session.number)
        #expect(try room.problem(try await room.answer("/sessions/x", "DELETE")).status == 404)
    }

    @Test("only clients that announced it are asked to connect anew")
    func reconnect() async throws {
        let room = Room()
        var able = SessionReading(state: .publishing)
        able.takesReconnectRequests = true
        let one = try await room.enter("able", .publisher, reading: able)
        try await room.enter("unable")
        let json = ["content-type": "application/json; charset=utf-8"]
        let body = "{\"url\": \"rtmp://other.example.com/live\"}"
        #expect(try await room.answer("/sessions/able/reconnect", "POST", headers: json, body: body).status == 202)
        #expect(
            try await room.loop.submit { one.onLoop.wishes }.get() == ["rtmp://other.example.com/live"])
        let refused = try room.problem(try await room.answer("/sessions/unable/reconnect", "POST"))
        #expect(refused.status == 409 && refused.detail.contains("DELETE"))
        _ = try await room.publish("live/show")
        let all = try await room.answer("/streams/live/show/reconnect", "POST")
        #expect(try room.json(all)["asked"] as? Int == 1)
        #expect(try room.json(all)["unable"] as? Int == 1)
    }

    @Test("sessions that are over while they are read are left out")
    func vanishing() async throws {
        let room = Room()
        let session = try await room.enter("x")
        try await room.loop.submit { session.onLoop.current = nil }.get()
        #expect((try await room.get("/sessions")["sessions"] as? [Any])?.isEmpty == true)
        #expect(try room.problem(try await room.answer("/sessions/x")).status == 404)
    }

    @Test("five thousand sessions on several event loops are listed whole and in their order, each read once")
    func many() async throws {
        let room = Room()
        let loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
        var sessions: [RecordedSession] = []
        for number in 0..<5_000 {
            sessions.append(try await room.enter("v\(number)", on: loops[number * 7 % loops.count]))
        }
        let listed = try await room.get("/sessions", query: ["limit": "10000"])
        let ids = (listed["sessions"] as? [[String: Any]])?.map { $0["id"] as? String }
        #expect(ids == (0..<5_000).map { "v\($0)" })
        #expect(sessions.allSatisfy { $0.onLoop.readingCount == 1 && $0.onLoop.lineCount == 0 })
    }

    @Test("while sessions are read, an event loop does other things too")
    func portions() async throws {
        let room = Room()
        let loop = room.loop
        let inARow = NIOLoopBoundBox.makeBoxSendingValue((now: 0, most: 0), eventLoop: loop)
        for number in 0..<200 {
            let session = try await room.enter("v\(number)")
            try await loop.submit {
                session.onLoop.onReading = {
                    Thread.sleep(forTimeInterval: 0.000_5)
                    inARow.value.now += 1
                    inARow.value.most = max(inARow.value.most, inARow.value.now)
                }
            }.get()
        }
        let other = try await loop.submit {
            loop.scheduleRepeatedTask(initialDelay: .zero, delay: .microseconds(100)) { _ in inARow.value.now = 0 }
        }.get()
        let listed = try await room.get("/sessions", query: ["limit": "10000"])
        other.cancel()
        #expect((listed["sessions"] as? [Any])?.count == 200)
        #expect((1...32).contains(try await loop.submit { inARow.value.most }.get()))
    }

    @Test("the kernel is asked about lines only where somebody wants to know")
    func lines() async throws {
        let room = Room()
        let session = try await room.enter("x")
        func asked(_ path: String, _ query: [String: String] = [:]) async throws -> Int {
            let before = session.onLoop.lineCount
            _ = try await room.get(path, query: query)
            return session.onLoop.lineCount - before
        }
        #expect(try await asked("/sessions") == 0)
        #expect(try await asked("/sessions", ["include": "line"]) == 1)
        #expect(try await asked("/sessions/x") == 1)
        #expect(try await room.answer("/sessions", query: ["include": "lines"]).status == 400)
    }
}
