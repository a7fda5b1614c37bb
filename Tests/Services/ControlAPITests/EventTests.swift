import EndpointCore
import NIOCore
import StreamHub
import Testing
import TextCoding

@testable import ControlAPI
@testable import Webhooks

@Suite("Control API: events")
struct EventTests {
    private let everything = APIGrant(name: "test", role: .admin)

    private func take(_ count: Int, of events: AsyncStream<ByteBuffer>) async -> [String] {
        var taken: [String] = []
        for await bytes in events {
            taken.append(String(buffer: bytes))
            if taken.count == count { break }
        }
        return taken
    }

    @Test("listeners get what happens, in order, each with an id and one line of data")
    func order() async throws {
        let feed = EventFeed()
        let (_, events) = try #require(feed.listen(as: everything, after: nil))
        feed.publish("a", application: "live") { $0.member("text", "x\ny") }
        feed.publish("b", application: nil) { _ in }
        let taken = await take(2, of: events)
        #expect(taken[0].contains("\nevent: a\ndata: {\"time\":"))
        #expect(taken[0].hasSuffix("\"text\":\"x\\u000ay\"}\n\n"))
        #expect(taken[0].split(separator: "\n").count == 3)
        #expect(taken[1].contains("event: b"))
    }

    @Test("who comes back gets what happened meanwhile, or is told that some is lost")
    func resumption() async throws {
        var limits = EventFeed.Limits()
        limits.history = 3
        let feed = EventFeed(limits: limits)
        let (_, events) = try #require(feed.listen(as: everything, after: nil))
        for name in ["a", "b", "c", "d", "e"] { feed.publish(name, application: nil) { _ in } }
        let ids = await take(5, of: events).map { $0.split(separator: "\n")[0].dropFirst(4) }
        func missed(_ id: Substring) throws -> [String] {
            let opening = String(buffer: try #require(feed.listen(as: everything, after: String(id))).opening)
            return opening.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
        }
        #expect(try missed(ids[4]).isEmpty)
        #expect(try missed(ids[2]) == ["d", "e"])
        #expect(try missed(ids[1]) == ["c", "d", "e"])
        #expect(try missed(ids[0]) == ["reset"])
        for id in ["other-1", "", "x", "\(ids[0].split(separator: "-")[0])-99999999999999999999", "-", "a-b-c"] {
            #expect(try missed(Substring(id)) == ["reset"])
        }
    }

    @Test("a new listener gets as many of the latest events first as it asks for, of those that concern it")
    func latest() throws {
        var limits = EventFeed.Limits()
        limits.history = 3
        let feed = EventFeed(limits: limits)
        func opening(_ recent: Int, _ grant: APIGrant, after id: String? = nil) throws -> [String] {
            let opening = String(buffer: try #require(feed.listen(as: grant, after: id, recent: recent)).opening)
            return opening.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
        }
        #expect(try opening(5, everything).isEmpty)
        for name in ["a", "b", "c", "d"] { feed.publish(name, application: name == "c" ? "live" : "other") { _ in } }
        #expect(try opening(0, everything).isEmpty)
        #expect(try opening(2, everything) == ["c", "d"])
        #expect(try opening(9, everything) == ["b", "c", "d"])
        #expect(try opening(1, APIGrant(name: "test", role: .viewer, applications: ["live"])) == ["c"])
        #expect(try opening(9, everything, after: "x") == ["reset"])
    }

    @Test("that a hook fails is told as webhooks are told, to operators of the whole server and nobody else")
    func failuresOfHooks() throws {
        let feed = EventFeed()
        feed.hookFailed(HookFailure(duty: .play, hook: "http://h/?…", reason: "no answer in time", dropped: 0))
        feed.hookFailed(HookFailure(duty: .delivery, hook: "back", reason: "messages were given up", dropped: 3))
        func opening(_ role: APIRole, _ applications: Set<String>? = nil, after id: String? = nil) throws -> String {
            let grant = APIGrant(name: "test", role: role, applications: applications)
            return String(buffer: try #require(feed.listen(as: grant, after: id, recent: 9)).opening)
        }
        for role in [APIRole.operator, .admin] {
            let text = try opening(role)
            #expect(
                text.contains(
                    #""hook":{"duty":"admission.play","name":"http://h/?…","reason":"no answer in time"}}"#))
            #expect(
                text.contains(
                    #""hook":{"duty":"delivery","name":"back","reason":"messages were given up","dropped":3}}"#))
            #expect(text.contains("event: hook.failed\n"))
            let ofOneApplication = try opening(role, ["live"])
            #expect(!ofOneApplication.contains("hook.failed"))
        }
        let viewers = try opening(.viewer)
        #expect(!viewers.contains("hook.failed"))
        let first = try #require(try opening(.admin).split(separator: "\n").first { $0.hasPrefix("id: ") }).dropFirst(4)
        #expect(try opening(.admin, after: String(first)).contains("given up"))
        let missed = try opening(.viewer, after: String(first))
        #expect(!missed.contains("given up"))
    }

    @Test("who does not keep up is let go, and nothing more is kept for it")
    func slowListener() async throws {
        var limits = EventFeed.Limits()
        limits.waiting = 2
        let feed = EventFeed(limits: limits)
        let (_, events) = try #require(feed.listen(as: everything, after: nil))
        for _ in 0..<5 { feed.publish("a", application: nil) { _ in } }
        #expect(feed.listenerCount == 0)
        #expect(await take(9, of: events).count == 2)
    }

    @Test("there are only so many listeners, and who leaves makes room")
    func listeners() async throws {
        var limits = EventFeed.Limits()
        limits.listeners = 1
        let room = Room(limits: limits)
        var first: HTTPRoute.Answer? = try await room.answer("/events")
        #expect(first?.mediaType == "text/event-stream")
        #expect(try room.problem(try await room.answer("/events")).status == 503)
        first = nil
        #expect(room.events.listenerCount == 0)
        #expect(try await room.answer("/events").status == 200)
    }

    @Test("nobody hears of applications that are not theirs")
    func scope() async throws {
        let feed = EventFeed()
        let grant = APIGrant(name: "test", role: .viewer, applications: ["live"])
        let (_, events) = try #require(feed.listen(as: grant, after: nil))
        feed.publish("a", application: "other") { _ in }
        feed.publish("b", application: "live") { _ in }
        feed.finish()
        #expect(await take(9, of: events).count == 1)
    }

    @Test("sessions that come and go, and streams, are told of")
    func hooks() async throws {
        let room = Room()
        let answer = try await room.answer("/events")
        let session = try await room.enter("x")
        let port = try await room.publish("live/show")
        await room.watch.look(at: room.registry)
        port.end(.unpublished)
        try await room.loop.submit {}.get()
        room.sessions.leave(session.number)
        room.events.finish()
        let names = await take(99, of: try #require(answer.chunks)).compactMap { text in
            text.split(separator: "\n").first { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
        }
        #expect(names == ["session.opened", "stream.started", "tracks.changed", "stream.ended", "session.closed"])
    }
    @Test("who came by a token hears nothing from its end on, others go on")
    func endedTokens() async throws {
        let feed = EventFeed()
        func listen(_ token: String?, lasting seconds: Int64? = nil) throws -> AsyncStream<ByteBuffer> {
            var grant = everything
            grant.token = token
            grant.expiresAt = seconds.map {
                UTCTime(millisecondsSince1970: UTCTime.now().millisecondsSince1970 + $0 * 1_000)
            }
            return try #require(feed.listen(as: grant, after: nil)).events
        }
        let (local, own, other) = (try listen(nil), try listen("a"), try listen("b", lasting: 86_400))
        let ended = try listen("c", lasting: -1)
        feed.end(listenersBy: "a")
        #expect(feed.listenerCount == 3)
        let late = try listen("a")
        #expect(feed.listenerCount == 3, "it was looked up before it was deleted")
        feed.publish("x", application: nil) { _ in }
        #expect(feed.listenerCount == 2)
        for events in [own, late, ended] { #expect(await take(9, of: events).isEmpty) }
        for events in [local, other] { #expect(await take(1, of: events).count == 1) }
        let idle = try listen("c", lasting: -1)
        feed.keepAlive()
        #expect(await take(9, of: idle).isEmpty)
    }
}
