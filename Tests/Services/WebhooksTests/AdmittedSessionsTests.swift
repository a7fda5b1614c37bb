import MediaModel
import NIOCore
import Testing

@testable import Webhooks

@Suite("What is kept of admitted sessions")
struct AdmittedSessionsTests {
    private static let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func place(_ number: Int) throws -> AdmittedSessions.Place {
        try #require(AdmittedSessions.Place(session: "s\(number)", act: .play, path: .show))
    }

    @Test("parameters that are longer than hooks are told are not kept")
    func long() throws {
        let place = try place(1)
        var sessions = AdmittedSessions()
        let longest = String(repeating: "a", count: HookQuery.mostBytes - 1)
        sessions.keep([("n", longest + "a")], of: place, now: Self.now)
        #expect(sessions.query(of: place).isEmpty)
        #expect(sessions.byteCount == 0)
        sessions.keep([("n", longest)], of: place, now: Self.now)
        #expect(sessions.query(of: place).count == 1)
    }

    @Test("parameters of all together take no more than they may, and what is forgotten makes room")
    func bound() throws {
        let query = [(name: "n", value: String(repeating: "a", count: 4_000))]
        let places = try (0...(AdmittedSessions.mostBytes / 4_000)).map(place)
        let first = try #require(places.first)
        let last = try #require(places.last)
        var sessions = AdmittedSessions()
        for place in places { sessions.keep(query, of: place, now: Self.now) }
        let full = sessions.byteCount
        #expect(full <= AdmittedSessions.mostBytes)
        #expect(full > AdmittedSessions.mostBytes - 5_000)
        #expect(sessions.query(of: last).isEmpty)
        sessions.forgetParameters(of: first)
        #expect(sessions.byteCount < full)
        sessions.keep(query, of: last, now: Self.now)
        #expect(sessions.query(of: last).count == 1)
        #expect(sessions.byteCount == full)
        sessions.forgetParameters(except: [last], now: Self.now + .seconds(61))
        #expect(sessions.query(of: last).count == 1)
        #expect((4_000...5_000).contains(sessions.byteCount))
        sessions.forgetParameters(of: last)
        #expect(sessions.byteCount == 0)
        #expect(!sessions.keepsParameters)
    }

    @Test("many parameters with next to nothing in them take their room too")
    func empty() throws {
        let query = Array(repeating: (name: "n", value: ""), count: HookQuery.mostBytes)
        let places = try (0..<1_000).map(place)
        let last = try #require(places.last)
        var sessions = AdmittedSessions()
        for place in places { sessions.keep(query, of: place, now: Self.now) }
        #expect(sessions.keepsParameters)
        #expect(sessions.query(of: last).isEmpty)
    }
}
