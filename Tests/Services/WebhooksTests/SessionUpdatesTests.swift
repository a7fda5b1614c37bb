import ConfigurationReading
import EndpointCore
import Logging
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import Webhooks

@Suite("Admission: whether sessions may go on")
struct SessionUpdatesTests {
    /// Lets everybody in.
    private struct Policy: StreamAuthorizer {
        func authorizePublish(_ wish: StreamWish) async -> StreamDecision { decide(wish) }
        func authorizePlay(_ wish: StreamWish) async -> StreamDecision { decide(wish) }
        private func decide(_ wish: StreamWish) -> StreamDecision {
            (try? StreamPath(application: wish.application, name: wish.name)).map { .allow($0) } ?? .deny(.undecided)
        }
    }

    /// A session that notes why it is ended; touched on its event loop alone.
    private final class Session: OpenSession, @unchecked Sendable {
        var reading: SessionReading? {
            var reading = SessionReading(state: .playing)
            reading.timestampMilliseconds = 4_000
            return reading
        }
        var ends: [String] = []
        func end(because reason: String) { ends.append(reason) }
    }

    private final class Stage: Sendable {
        let transport = StubTransport()
        let sessions = SessionDirectory()
        let configuration: NIOLockedValueBox<ServerConfiguration>
        let admission: AdmissionAuthorizer
        let updates: SessionUpdates
        let failures = NIOLockedValueBox(0)
        let loop = MultiThreadedEventLoopGroup.singleton.next()

        init(_ change: (inout ServerConfiguration) -> Void = { _ in }) {
            var value = ServerConfiguration()
            value.admission.update = Samples.url("http://hook.example/update?s=hush")
            value.admission.updateInterval = .zero
            value.admission.format = .nginxRTMP
            change(&value)
            let box = NIOLockedValueBox(value)
            configuration = box
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            admission = AdmissionAuthorizer(
                after: Policy(), configuration: { box.withLockedValue { $0 } },
                isOwnSecret: { $0.value.hasPrefix("swk_") }, carrier: transport, server: "tv1",
                eventLoops: MultiThreadedEventLoopGroup.singleton, logger: logger
            ) { [failures] _ in failures.withLockedValue { $0 += 1 } }
            updates = SessionUpdates(
                of: sessions, configuration: { box.withLockedValue { $0 } }, admission: admission, logger: logger)
        }

        func enter(
            _ id: String, _ role: SessionRole, path: StreamPath = .show, transport: String = "rtmp"
        ) async throws -> Session {
            let session = Session()
            var client = Samples.encoder
            client.session = id
            client.transport = transport
            _ = try await loop.submit { [sessions, loop, client] in
                sessions.enter(session, id: id, role: role, transport: transport, path: path, client: client, on: loop)
            }.get()
            return session
        }

        func ends(of session: Session) async throws -> [String] { try await loop.submit { session.ends }.get() }
    }

    @Test("each session is asked about, and whom the back end names goes")
    func asking() async throws {
        let stage = Stage()
        let publisher = try await stage.enter("p", .publisher)
        let player = try await stage.enter("v", .player)
        stage.transport.answers { request in
            .success(HookResponse(status: request.text.contains("update_play") ? 403 : 204, body: []))
        }
        await stage.updates.look()
        #expect(
            stage.transport.requests.map { $0.text.contains("call=update_publish") }.sorted { $0 && !$1 } == [
                true, false,
            ])
        #expect(stage.transport.requests.allSatisfy { $0.text.contains("&timestamp=4000&name=show") })
        #expect(try await stage.ends(of: publisher).isEmpty)
        #expect(try await stage.ends(of: player).count == 1)
    }

    @Test("everything but 2xx ends it, as nginx-rtmp's documentation says", arguments: [200, 299, 302, 404, 500])
    func statuses(status: Int) async throws {
        let stage = Stage()
        let player = try await stage.enter("v", .player)
        stage.transport.answers { _ in .success(HookResponse(status: status, location: "other", body: [])) }
        await stage.updates.look()
        #expect(try await stage.ends(of: player).isEmpty == (200...299).contains(status))
    }

    @Test("no answer ends nobody, unless that is wished; and is told once", arguments: [false, true])
    func outage(isStrict: Bool) async throws {
        let stage = Stage { $0.admission.isUpdateStrict = isStrict }
        let player = try await stage.enter("v", .player)
        stage.transport.answers { _ in .failure(.timedOut) }
        await stage.updates.look()
        await stage.updates.look()
        #expect(try await stage.ends(of: player).count == (isStrict ? 2 : 0))
        #expect(stage.failures.withLockedValue { $0 } == 1)
    }

    @Test("the first question comes an interval after the beginning, and another one after each")
    func interval() async throws {
        let stage = Stage { $0.admission.updateInterval = .seconds(3_600) }
        _ = try await stage.enter("v", .player)
        await stage.updates.look()
        #expect(stage.transport.requests.isEmpty)
        stage.configuration.withLockedValue { $0.admission.updateInterval = .zero }
        await stage.updates.look()
        await stage.updates.look()
        #expect(stage.transport.requests.count == 2)
        stage.configuration.withLockedValue { $0.admission.updateInterval = .seconds(3_600) }
        await stage.updates.look()
        await stage.updates.look()
        #expect(stage.transport.requests.count == 3)
    }

    @Test(
        "the parameters with which somebody came are in each question, but no key of the server; other streams have their own"
    )
    func parameters() async throws {
        let stage = Stage()
        var wish = StreamWish(
            application: "live", name: "show", query: [("pass", "theirs"), ("key", "swk_hush")],
            peerAddress: "192.0.2.7")
        wish.client = Samples.encoder
        wish.client?.session = "v"
        wish.occasion = .session
        #expect(await stage.admission.authorizePlay(wish) == .allow(.show))
        _ = try await stage.enter("v", .player)
        await stage.updates.look()
        #expect(stage.transport.requests[0].text.hasSuffix("&name=show&pass=theirs"))
        _ = try await stage.enter("v", .publisher)
        await stage.updates.look()
        let publishing = stage.transport.requests.first { $0.text.contains("update_publish") }
        #expect(publishing?.text.hasSuffix("&name=show") == true)
        let entry = try #require(stage.sessions.sessions { $0.role == .player }.first)
        stage.admission.forgetParameters(of: entry)
        await stage.updates.look()
        #expect(stage.transport.requests.suffix(2).allSatisfy { !$0.text.contains("theirs") })
    }

    @Test("a viewer of playlists that has to go gets no more files, and is asked about anew", arguments: [false, true])
    func filesAfterRefusal(isNamed: Bool) async throws {
        let stage = Stage { $0.admission.play = Samples.url("http://hook.example/play") }
        var wish = StreamWish(
            application: "live", name: "show", query: [("key", "swk_hush")], peerAddress: "192.0.2.7")
        wish.client = Samples.encoder
        wish.client?.transport = "hls"
        wish.client?.session = "v"
        wish.occasion = .playlist(isNamed: isNamed)
        var file = wish
        file.query = []
        file.occasion = .file
        #expect(await stage.admission.authorizePlay(wish) == .allow(.show))
        #expect(await stage.admission.authorizePlay(file) == .allow(.show))
        #expect(stage.transport.requests.count == 1)
        _ = try await stage.enter("v", .player, transport: "hls")
        stage.transport.answers { _ in .success(HookResponse(status: 403, body: [])) }
        await stage.updates.look()
        #expect(stage.transport.requests.count == 2)
        #expect(await stage.admission.authorizePlay(file) != .allow(.show))
        #expect(await stage.admission.authorizePlay(wish) != .allow(.show))
        #expect(stage.transport.requests.count == 4)
    }

    @Test("an application can be left out, or be the only one")
    func applications() async throws {
        let stage = Stage()
        stage.configuration.withLockedValue { $0.applications["live"] = ApplicationConfiguration() }
        stage.configuration.withLockedValue { $0.applications["live"]?.admission.update = .some(nil) }
        _ = try await stage.enter("v", .player)
        _ = try await stage.enter("w", .player, path: try StreamPath("other/show"))
        await stage.updates.look()
        #expect(stage.transport.requests.map { $0.text.hasPrefix("app=other&") } == [true])
        stage.configuration.withLockedValue { configuration in
            configuration.admission.update = nil
            configuration.applications["live"]?.admission.update = Samples.url("http://own.example/")
        }
        await stage.updates.look()
        #expect(stage.transport.requests.last?.url.authority == "own.example")
        #expect(stage.transport.requests.count == 2)
    }
}
