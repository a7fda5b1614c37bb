import MediaModel
import NIOCore
import StreamHub
import Testing

@testable import ControlAPI

@Suite("Control API: the latest minutes of a stream")
struct HistoryTests {
    @Test("every fifth look is a point, and the oldest go")
    func points() {
        var history = StreamHistory()
        history.note(bitsPerSecond: nil, viewers: 2)
        #expect(history.bitsPerSecond == [0] && history.viewers == [2])
        for look in 1..<(5 * (StreamHistory.mostPoints + 10)) { history.note(bitsPerSecond: look, viewers: 0) }
        #expect(history.bitsPerSecond.count == StreamHistory.mostPoints)
        #expect(history.viewers.count == StreamHistory.mostPoints)
        #expect(history.bitsPerSecond.first == 50 && history.bitsPerSecond.last == 345)
    }

    @Test("a stream is shown with it for who asks")
    func inclusion() async throws {
        let room = Room()
        _ = try await room.publish("live/show")
        try await room.enter("v")
        #expect(try await room.get("/streams/live/show")["history"] == nil)
        await room.watch.look(at: room.registry)
        let stream = try await room.get("/streams/live/show", query: ["include": "history"])
        let history = try #require(stream["history"] as? [String: Any])
        #expect(history["secondsBetweenPoints"] as? Int == 5)
        #expect(history["viewers"] as? [Int] == [1])
        #expect((history["bitsPerSecond"] as? [Int])?.count == 1)
        let list = try await room.get("/streams", query: ["include": "history"])
        #expect((list["streams"] as? [[String: Any]])?.first?["history"] != nil)
        #expect(try room.problem(try await room.answer("/streams", query: ["include": "x"])).status == 400)
    }

    @Test("the server tells who asks what they may do")
    func access() async throws {
        let access = try #require(try await Room().get("/server")["access"] as? [String: Any])
        #expect(access["name"] as? String == "local" && access["role"] as? String == "admin")
        #expect(access["applications"] == nil)
    }
}
