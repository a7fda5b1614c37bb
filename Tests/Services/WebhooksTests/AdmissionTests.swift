import ConfigurationReading
import EndpointCore
import Logging
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import Webhooks

@Suite("Admission")
struct AdmissionTests {
    /// Lets everything in that has a legal name, except who says `no` as the application.
    private struct Policy: StreamAuthorizer {
        func looksAtCredentials(toPlayIn application: String) -> Bool { application == "no" }
        func authorizePublish(_ wish: StreamWish) async -> StreamDecision { decide(wish) }
        func authorizePlay(_ wish: StreamWish) async -> StreamDecision { decide(wish) }
        private func decide(_ wish: StreamWish) -> StreamDecision {
            guard wish.application != "no", let path = try? StreamPath(application: wish.application, name: wish.name)
            else { return .deny(.keyRequired) }
            return .allow(path)
        }
    }

    private final class Stage: Sendable {
        let transport = StubTransport()
        let configuration: NIOLockedValueBox<ServerConfiguration>
        let failures = NIOLockedValueBox<[HookFailure]>([])

        let memoryOfRefusals: TimeAmount

        init(
            memoryOfRefusals: TimeAmount = AdmissionMemory.memoryOfRefusals,
            _ change: (inout ServerConfiguration) -> Void = { _ in }
        ) {
            self.memoryOfRefusals = memoryOfRefusals
            var value = ServerConfiguration()
            value.admission.publish = Samples.url("http://hook.example/publish?s=hush")
            value.admission.play = Samples.url("http://hook.example/play")
            change(&value)
            configuration = NIOLockedValueBox(value)
        }

        var authorizer: AdmissionAuthorizer {
            AdmissionAuthorizer(
                after: Policy(), configuration: { [configuration] in configuration.withLockedValue { $0 } },
                isOwnSecret: { $0.value.hasPrefix("swk_") }, carrier: transport, server: "tv1",
                eventLoops: MultiThreadedEventLoopGroup.singleton,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                memoryOfRefusals: memoryOfRefusals
            ) { [failures] failure in failures.withLockedValue { $0.append(failure) } }
        }
    }

    private func wish(
        _ application: String = "live", query: [(name: String, value: String)] = [], address: String = "192.0.2.7",
        session: String = "run-7", as occasion: WishOccasion = .session
    ) -> StreamWish {
        var wish = StreamWish(application: application, name: "show", query: query, peerAddress: address)
        wish.client = Samples.encoder
        wish.client?.session = session
        if occasion != .session { wish.client?.transport = "hls" }
        wish.occasion = occasion
        return wish
    }

    @Test("may go by any parameter of a player, and where there is no hook the policy says whether it does")
    func credentials() {
        let stage = Stage()
        #expect(stage.authorizer.looksAtCredentials(toPlayIn: "live"))
        stage.configuration.withLockedValue { $0.admission.play = nil }
        #expect(!stage.authorizer.looksAtCredentials(toPlayIn: "live"))
        #expect(stage.authorizer.looksAtCredentials(toPlayIn: "no"))
        stage.configuration.withLockedValue { $0.admission.update = Samples.url("http://hook.example/update") }
        #expect(stage.authorizer.looksAtCredentials(toPlayIn: "live"))
    }

    @Test("is asked after the policy, and its word counts")
    func words() async throws {
        let stage = Stage()
        let authorizer = stage.authorizer
        #expect(await authorizer.authorizePublish(wish("no")) == .deny(.keyRequired))
        #expect(stage.transport.requests.isEmpty)
        #expect(await authorizer.authorizePublish(wish()) == .allow(.show))
        stage.transport.answers { _ in .success(.json(#"{"allow": false, "reason": "not\ntoday"}"#)) }
        #expect(await authorizer.authorizePublish(wish()) == .deny(.declined(because: "not today")))
        stage.transport.answers { _ in .success(.json(#"{"allow": true, "name": "other"}"#)) }
        #expect(await authorizer.authorizePublish(wish()) == .allow(try StreamPath("live/other")))
        #expect(authorizer.askedName(of: "run-7", for: try StreamPath("live/other")) == "show")
        #expect(authorizer.askedName(of: "run-7", for: .show) == nil)
        authorizer.forgetNames(of: "run-7")
        #expect(authorizer.askedName(of: "run-7", for: try StreamPath("live/other")) == nil)
    }

    @Test("opens or closes while the hook does not answer, as it is configured, and says so once")
    func failures() async throws {
        let stage = Stage { $0.applications["open"] = ApplicationConfiguration() }
        stage.configuration.withLockedValue { $0.applications["open"]?.admission.onFailure = .open }
        let authorizer = stage.authorizer
        stage.transport.answers { _ in .failure(.timedOut) }
        #expect(await authorizer.authorizePublish(wish()) == .deny(.undecided))
        #expect(await authorizer.authorizePublish(wish("open")) == .allow(try StreamPath("open/show")))
        #expect(stage.failures.withLockedValue { $0.count } == 1)
        let failure = HookNotice(.hookFailed(stage.failures.withLockedValue { $0[0] }))
        let told = try #require(SwiftwaterForm(server: "").message(failure)).text
        #expect(told.contains("admission.publish") && told.contains("no answer in time") && !told.contains("hush"))
        stage.transport.answers { _ in .success(.json("{}")) }
        #expect(await authorizer.authorizePlay(wish()) == .deny(.undecided))
        stage.transport.answers { _ in .success(.json("")) }
        #expect(await authorizer.authorizePublish(wish()) == .allow(.show))
        stage.transport.answers { _ in .failure(.timedOut) }
        _ = await authorizer.authorizePublish(wish())
        #expect(stage.failures.withLockedValue { $0.count } == 3)
    }

    @Test("a name that no stream can have lets nobody in, for the one that was asked for may be a secret")
    func illegalName() async {
        let stage = Stage { $0.admission.onFailure = .open }
        stage.transport.answers { _ in .success(.json(#"{"allow": true, "name": "../up"}"#)) }
        #expect(await stage.authorizer.authorizePublish(wish()) == .deny(.undecided))
    }

    @Test("keys and tokens of the server reach no hook, other parameters where they are needed")
    func secrets() async throws {
        let stage = Stage { $0.admission.format = .nginxRTMP }
        let query = [(name: "key", value: "swk_hush"), (name: "pass", value: "theirs")]
        _ = await stage.authorizer.authorizePublish(wish(query: query))
        let text = stage.transport.requests[0].text
        #expect(text.contains("&pass=theirs") && !text.contains("hush"))
        stage.configuration.withLockedValue { $0.admission.format = .swiftwater }
        _ = await stage.authorizer.authorizePublish(wish(query: query))
        #expect(!stage.transport.requests[1].text.contains("theirs"))
    }

    @Test("an application can have hooks of its own, or none")
    func applications() async {
        let stage = Stage()
        var own = ApplicationConfiguration()
        own.admission.publish = .some(nil)
        own.admission.play = Samples.url("http://own.example/")
        own.admission.format = .srs
        stage.configuration.withLockedValue { $0.applications["own"] = own }
        _ = await stage.authorizer.authorizePublish(wish("own"))
        #expect(stage.transport.requests.isEmpty)
        stage.transport.answers { _ in .success(.json("0")) }
        _ = await stage.authorizer.authorizePlay(wish("own"))
        #expect(stage.transport.requests.map(\.url.authority) == ["own.example"])
        #expect(stage.transport.requests[0].text.contains("on_play"))
    }

    @Test("is asked once about a viewer of playlists, whose segments ask nothing")
    func viewers() async {
        // However slow the machine is, the second wish that is refused comes within that time.
        let stage = Stage(memoryOfRefusals: .hours(1))
        let authorizer = stage.authorizer
        let named = WishOccasion.playlist(isNamed: true)
        for _ in 0..<3 { #expect(await authorizer.authorizePlay(wish(session: "v1", as: named)) == .allow(.show)) }
        for _ in 0..<3 { #expect(await authorizer.authorizePlay(wish(session: "x", as: .file)) == .allow(.show)) }
        #expect(await authorizer.authorizePlay(wish(session: "v1", as: .page)) == .allow(.show))
        #expect(stage.transport.requests.count == 1)
        #expect(await authorizer.authorizePlay(wish(session: "v2", as: named)) == .allow(.show))
        #expect(await authorizer.authorizePlay(wish(address: "192.0.2.8", session: "x", as: .file)) == .allow(.show))
        #expect(stage.transport.requests.count == 3)
        stage.transport.answers { _ in .success(.json("", status: 403)) }
        let refused = wish(query: [("u", "9")], as: .answer)
        for _ in 0..<2 { #expect(await authorizer.authorizePlay(refused) != .allow(.show)) }
        #expect(stage.transport.requests.count == 4, "what has no end does not ride on the address")
        stage.transport.answers { _ in .success(.json("")) }
        let unnamed = WishOccasion.playlist(isNamed: false)
        for value in ["1", "1", "2"] {
            _ = await authorizer.authorizePlay(wish(query: [("u", value), ("_HLS_msn", "\(value)7")], as: unnamed))
        }
        #expect(stage.transport.requests.count == 6)
    }

    @Test("who asks for files alone is asked about, and lets nobody else at its address in")
    func files() async {
        let stage = Stage()
        let authorizer = stage.authorizer
        stage.transport.answers { request in
            .success(.json("", status: request.text.contains("ticket") ? 204 : 403))
        }
        stage.configuration.withLockedValue { $0.admission.sendsQuery = true }
        let paid = wish(query: [("ticket", "1")], session: "x", as: .file)
        for _ in 0..<2 { #expect(await authorizer.authorizePlay(paid) == .allow(.show)) }
        #expect(stage.transport.requests.count == 1)
        #expect(await authorizer.authorizePlay(wish(session: "y", as: .file)) != .allow(.show))
        #expect(stage.transport.requests.count == 2)
    }

    @Test("more parameters than hooks are told are refused with a reason, and nobody is asked")
    func excess() async {
        let stage = Stage { $0.admission.format = .srs }
        stage.transport.answers { _ in .success(.json("0")) }
        let authorizer = stage.authorizer
        let most = HookQuery.mostBytes
        func query(_ bytes: Int) -> [(name: String, value: String)] {
            [("a", "1"), ("b", String(repeating: "c", count: bytes - 3))]
        }
        #expect(await authorizer.authorizePublish(wish(query: query(most))) == .allow(.show))
        let refusal = StreamDecision.deny(
            .declined(because: "the address has parameters of 4097 bytes: 4096 at most"))
        #expect(await authorizer.authorizePublish(wish(query: query(most + 1))) == refusal)
        #expect(await authorizer.authorizePlay(wish(query: query(most + 1))) == refusal)
        #expect(stage.transport.requests.count == 1)
        // Keys and tokens of the server, which hooks are not told, take nothing of it.
        let own = query(most) + [(name: "token", value: "swk_" + String(repeating: "d", count: 2_000))]
        #expect(await authorizer.authorizePlay(wish(query: own)) == .allow(.show))
        // Neither does what the form leaves out.
        stage.configuration.withLockedValue { $0.admission.format = .swiftwater }
        stage.transport.answers { _ in .success(.json("")) }
        #expect(await authorizer.authorizePlay(wish(query: query(most + 1))) == .allow(.show))
        stage.configuration.withLockedValue { $0.admission.sendsQuery = true }
        #expect(await authorizer.authorizePlay(wish(query: query(most + 1))) == refusal)
    }

    @Test("many requests of one viewer at the same time are one question")
    func together() async {
        let stage = Stage()
        let authorizer = stage.authorizer
        let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        stage.transport.answers { _ in
            _ = try? await promise.futureResult.get()
            return .success(.json(""))
        }
        let decisions = await withTaskGroup(of: StreamDecision.self) { group in
            for _ in 0..<50 { group.addTask { await authorizer.authorizePlay(wish(as: .playlist(isNamed: true))) } }
            promise.succeed()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(decisions == Array(repeating: .allow(.show), count: 50))
        #expect(stage.transport.requests.count == 1)
    }

    @Test("memory: a viewer lasts while it asks, a refusal for five seconds, and a refusal is nobody else's")
    func memory() {
        let memory = NIOLockedValueBox(AdmissionMemory())
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        let viewer = AdmissionMemory.Key.viewer(asked: .show, session: "v")
        let address = AdmissionMemory.Key.address(asked: .show, address: "192.0.2.7")
        func look(_ key: AdmissionMemory.Key, _ seconds: Int64) -> StreamDecision? {
            memory.withLockedValue {
                $0.decision([key], address: address, now: start + .seconds(seconds), lifetime: .seconds(10))
            }
        }
        func remember(_ decision: StreamDecision, _ keys: [AdmissionMemory.Key], _ seconds: Int64) {
            memory.withLockedValue {
                $0.remember(decision, as: keys, now: start + .seconds(seconds), lifetime: .seconds(10))
            }
        }
        remember(.allow(.show), [viewer], 0)
        #expect(look(viewer, 9) == .allow(.show))
        #expect(look(viewer, 18) == .allow(.show))
        #expect(look(address, 27) == .allow(.show))
        #expect(look(viewer, 29) == nil)
        remember(.deny(.undecided), [viewer, address], 100)
        #expect(look(viewer, 104) == .deny(.undecided))
        #expect(look(viewer, 105) == nil)
        #expect(look(address, 101) == nil)
    }

    @Test("memory: files last no longer than the viewer whose playlists lead to them, however often they are asked for")
    func filesOfViewers() {
        var memory = AdmissionMemory()
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        let lifetime = TimeAmount.seconds(10)
        let viewer = AdmissionMemory.Key.viewer(asked: .show, session: "v")
        let address = AdmissionMemory.Key.address(asked: .show, address: "192.0.2.7")
        let file = AdmissionMemory.Key.file(asked: .show, address: "192.0.2.7", query: 1)
        memory.remember(.allow(.show), as: [viewer, address, file], now: start, lifetime: lifetime)
        for seconds in Int64(1)...9 {
            for key in [address, file] {
                let now = start + .seconds(seconds)
                #expect(memory.decision([key], address: nil, now: now, lifetime: lifetime) == .allow(.show))
            }
        }
        let end = start + lifetime
        #expect(memory.decision([address, file], address: nil, now: end, lifetime: lifetime) == nil)
        // A playlist brings them back, and makes them last.
        memory.remember(.allow(.show), as: [viewer, address], now: end, lifetime: lifetime)
        let later = end + .seconds(9)
        #expect(memory.decision([viewer], address: address, now: later, lifetime: lifetime) == .allow(.show))
        #expect(memory.decision([address], address: nil, now: later + .seconds(9), lifetime: lifetime) != nil)
    }

    @Test("memory: a viewer that has to go is forgotten, with its address, and no other viewer is")
    func forgetting() {
        var memory = AdmissionMemory()
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        let lifetime = TimeAmount.seconds(10)
        func known(_ keys: [AdmissionMemory.Key], at time: NIODeadline) -> [Bool] {
            keys.map { memory.decision([$0], address: nil, now: time, lifetime: lifetime) != nil }
        }
        let named = AdmissionMemory.Key.viewer(asked: .show, session: "v")
        let other = AdmissionMemory.Key.viewer(asked: .show, session: "w")
        let requests = (0..<3).map { AdmissionMemory.Key.request(asked: .show, session: "u", query: $0) }
        let address = AdmissionMemory.Key.address(asked: .show, address: "192.0.2.7")
        let elsewhere = AdmissionMemory.Key.address(asked: .show, address: "192.0.2.8")
        let all = [named, other, address, elsewhere] + requests
        memory.remember(.allow(.show), as: all, now: start, lifetime: lifetime)
        memory.forget("v", asked: .show, address: "192.0.2.7")
        let stayed = known(all, at: start)
        #expect(stayed == [false, true, false, true, true, true, true])
        // One that is known by its parameters is found after all were looked through, too.
        memory.remember(.allow(.show), as: requests, now: start + .seconds(25), lifetime: lifetime)
        let later = start + .seconds(31)
        memory.remember(.allow(.show), as: [other], now: later, lifetime: lifetime)
        #expect(memory.sweeps == 2)
        memory.forget("u", asked: .show, address: "192.0.2.7")
        let left = known([other] + requests, at: later)
        #expect(left == [true, false, false, false])
    }

    @Test("a full memory is looked through once a second, however many ask")
    func fullMemory() {
        var memory = AdmissionMemory(most: 50)
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        func viewer(_ number: Int) -> AdmissionMemory.Key { .viewer(asked: .show, session: "v\(number)") }
        let address = AdmissionMemory.Key.address(asked: .show, address: "192.0.2.7")
        for number in 0..<50 {
            memory.remember(.allow(.show), as: [viewer(number)], now: start, lifetime: .seconds(10))
        }
        for number in 50..<1_000 {
            memory.remember(.allow(.show), as: [viewer(number)], now: start, lifetime: .seconds(10))
            _ = memory.decision([viewer(number % 50)], address: address, now: start, lifetime: .seconds(10))
        }
        #expect(memory.count == 50 && memory.sweeps == 1)
        // Who is known stays so, and who is gone makes room within a second.
        let later = start + .seconds(10)
        #expect(memory.decision([viewer(0)], address: nil, now: start + .seconds(9), lifetime: .seconds(10)) != nil)
        for number in 2_000..<3_000 {
            memory.remember(.allow(.show), as: [viewer(number)], now: later, lifetime: .seconds(10))
        }
        #expect(memory.count == 50 && memory.sweeps == 2)
        #expect(memory.decision([viewer(0)], address: nil, now: later, lifetime: .seconds(10)) == .allow(.show))
        #expect(memory.decision([viewer(2_000)], address: nil, now: later, lifetime: .seconds(10)) == .allow(.show))
        memory.remember(.allow(.show), as: [viewer(3_000)], now: later + .milliseconds(999), lifetime: .seconds(10))
        #expect(memory.sweeps == 2)
        memory.remember(.allow(.show), as: [viewer(3_000)], now: later + .seconds(1), lifetime: .seconds(10))
        #expect(memory.sweeps == 3)
    }
}
