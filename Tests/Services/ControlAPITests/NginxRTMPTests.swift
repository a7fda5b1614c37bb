import EndpointCore
import NIOCore
import Testing

@testable import ControlAPI

@Suite("Control API: as nginx-rtmp has it")
struct NginxRTMPTests {
    private func get(
        _ path: String, query: [String: String] = [:], headers: [String: String] = [:], of room: Room,
        from address: String = "127.0.0.1"
    ) async throws -> HTTPRoute.Answer {
        let routes = HTTPRoutes(NginxRTMPRoutes(room.api).routes)
        return try await #require(routes.route(for: path, method: "GET")).answer(
            HTTPRoute.Request(
                method: "GET", path: path, authority: "localhost", query: query, headers: headers,
                peerAddress: address))
    }

    @Test("streams, their clients and what they are coded in are shown, text from outside as text")
    func statistics() async throws {
        let room = Room()
        _ = try await room.publish("live/show")
        try await room.enter(
            "p", .publisher, from: ("2001:db8::1", 5), agent: "<a>&\u{0}", reading: SessionReading(state: .publishing))
        try await room.enter("v")
        let answer = try await get("/stat", of: room)
        let text = String(buffer: answer.body)
        #expect(answer.mediaType.hasPrefix("text/xml"))
        for part in [
            "<application><name>live</name><live><stream><name>show</name>", "<nclients>2</nclients>",
            "<address>2001:db8::1</address>", "<flashver>&lt;a&gt;&amp;</flashver>", "<width>640</width>",
            "<codec>H264</codec>", "<channels>6</channels>",
        ] {
            #expect(text.contains(part))
        }
        #expect(text.components("<client>") == 2)
        #expect(try await get("/stat", of: room, from: "192.0.2.1").status == 403)
    }

    @Test("those who are named are dropped, and counted")
    func drop() async throws {
        let room = Room()
        let publisher = try await room.enter("p", .publisher)
        let viewers = [try await room.enter("a"), try await room.enter("b", path: "live/other")]
        func drop(_ kind: String, _ query: [String: String], _ headers: [String: String] = [:]) async throws -> String {
            String(buffer: try await get("/control/drop/\(kind)", query: query, headers: headers, of: room).body)
        }
        #expect(try await drop("subscriber", ["app": "live", "name": "show"]) == "1")
        #expect(try await drop("client", ["app": "live", "addr": "192.0.2.9"]) == "0")
        #expect(try await drop("client", ["app": "live", "clientid": "\(viewers[1].number)"]) == "1")
        #expect(try await drop("publisher", ["app": "live"]) == "1")
        #expect(try await room.loop.submit { publisher.onLoop.ends.count }.get() == 1)
        #expect(try await room.loop.submit { viewers.map(\.onLoop.ends.count) }.get() == [1, 1])
        for (path, query, headers, status) in [
            ("/control/drop/publisher", [:], [:], 400), ("/control/drop/all", ["app": "live"], [:], 404),
            ("/control/drop/client", ["app": "live"], ["sec-fetch-site": "cross-site"], 403),
        ] as [(String, [String: String], [String: String], Int)] {
            #expect(try await get(path, query: query, headers: headers, of: room).status == status)
        }
    }
}

extension String {
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
