import Catalogue
import ConfigurationReading
import EndpointCore
import Foundation
import Logging
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import TestSupport
import Testing

@testable import Webhooks

@Suite("The courier")
struct CourierTests {
    /// A courier at work until the test is done with it.
    private func working(
        _ webhooks: [ServerConfiguration.Webhook], transport: StubTransport, storage: (any DeliveryStorage)? = nil,
        queue: ServerConfiguration.WebhookQueue = .init(), _ body: (WebhookCourier) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.webhooks = webhooks
        configuration.webhookQueue = queue
        let courier = WebhookCourier(
            configuration: { [configuration] in configuration }, server: "tv1", carrier: transport,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { storage }
        let work = Task { await courier.run() }
        try await body(courier)
        await courier.finish(within: .milliseconds(20))
        await work.value
    }

    private func webhook(_ name: String = "a") -> ServerConfiguration.Webhook {
        .init(name: name, url: Samples.url("http://\(name).example/"), secret: Secret("0123456789abcdef"))
    }

    private func path(_ number: Int) throws -> StreamPath { try StreamPath("live/s\(number)") }

    private func folder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hooks-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
    }

    @Test(
        "tells of hooks that fail whoever wants to know, whether or not there are webhooks", arguments: [false, true])
    func failures(hasWebhooks: Bool) async throws {
        let told = NIOLockedValueBox<[HookFailure]>([])
        var configuration = ServerConfiguration()
        configuration.webhooks = hasWebhooks ? [webhook()] : []
        let transport = StubTransport { _ in .failure(.timedOut) }
        let courier = WebhookCourier(
            configuration: { [configuration] in configuration }, server: "tv1", carrier: transport,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onFailure: { failure in told.withLockedValue { $0.append(failure) } }
        ) { nil }
        let work = Task { await courier.run() }
        let failure = HookFailure(duty: .play, hook: "http://h/?…", reason: "no answer in time")
        courier.note(failure)
        #expect(told.withLockedValue { $0 } == [failure])
        courier.note(Samples.notice(.publish))
        if hasWebhooks {
            try await eventually("its own failure is told") { told.withLockedValue { $0.last?.hook == "a" } }
        }
        await courier.finish(within: .milliseconds(20))
        await work.value
    }

    @Test("brings everything, signed and under its id, each stream in order")
    func order() async throws {
        let transport = StubTransport()
        try await working([webhook()], transport: transport) { courier in
            for round in 0..<20 {
                for stream in 0..<10 {
                    let path = try path(stream)
                    courier.note(
                        HookNotice(
                            round % 2 == 0 ? .publish : .publishEnd(.init(seconds: Double(round))), path: path))
                }
            }
            try await eventually("all are there") { await courier.states()[0].delivered == 200 }
            #expect(await courier.states()[0].queued == 0)
        }
        let requests = transport.requests
        #expect(Set(requests.compactMap { $0.header("Swiftwater-Event-Id") }).count == 200)
        #expect(requests.allSatisfy { $0.header(HookSignature.headerName)?.hasPrefix("t=") == true })
        for stream in 0..<10 {
            let events = requests.filter { $0.text.contains("\"live/s\(stream)\"") }.map {
                $0.header("Swiftwater-Event")
            }
            #expect(events == (0..<20).map { $0 % 2 == 0 ? "publish" : "publish.end" })
        }
    }

    @Test("tries again until it arrives, and one that fails holds up no other")
    func retries() async throws {
        let isDown = NIOLockedValueBox(true)
        let transport = StubTransport { request in
            request.url.authority == "a.example" && isDown.withLockedValue { $0 }
                ? .success(HookResponse(status: 500)) : .success(HookResponse(status: 200))
        }
        try await working([webhook("a"), webhook("b")], transport: transport) { courier in
            courier.note(HookNotice(.publish, path: .show))
            try await eventually("b has it, and knows of a") { await courier.states()[1].delivered == 2 }
            let state = await courier.states()[0]
            #expect(state.queued == 2 && state.failures > 0 && state.problem == "answered with status 500")
            // One tells of a stream, and the other does not: no order between them is promised.
            let told = transport.requests.filter { $0.url.authority == "b.example" }
            #expect(told.compactMap { $0.header("Swiftwater-Event") }.sorted() == ["hook.failed", "publish"])
            isDown.withLockedValue { $0 = false }
            try await eventually("a has it") { await courier.states()[0].queued == 0 }
            #expect(await courier.states()[0].problem == nil)
        }
        let attempts = transport.requests.filter { $0.url.authority == "a.example" }
        #expect(
            Set(attempts.filter { $0.text.contains("live/show") }.map { $0.header("Swiftwater-Event-Id") }).count == 1)
    }

    @Test("what waits survives the server, in its order")
    func restart() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let down = StubTransport { _ in .failure(.unreachable("connection refused")) }
        try await working([webhook()], transport: down, storage: try SQLiteCatalogue(folder: folder)) { courier in
            courier.note(HookNotice(.publish, path: .show))
            courier.note(HookNotice(.publishEnd(.init(seconds: 1)), path: .show))
            try await eventually("it was tried") { await courier.states()[0].failures > 0 }
        }
        let up = StubTransport()
        try await working([webhook()], transport: up, storage: try SQLiteCatalogue(folder: folder)) { courier in
            try await eventually("all are there") { await courier.states()[0].delivered == 3 }
        }
        let about = up.requests.filter { $0.text.contains("live/show") }
        #expect(about.map { $0.header("Swiftwater-Event") } == ["publish", "publish.end"])
        #expect(try await SQLiteCatalogue(folder: folder).deliveries().isEmpty)
    }

    @Test("what is noted when the server stops is kept, and what no webhook wants any more is not")
    func stop() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let down = StubTransport { _ in .failure(.timedOut) }
        try await working([webhook()], transport: down, storage: try SQLiteCatalogue(folder: folder)) { courier in
            for path in try (0..<500).map(path) { courier.note(HookNotice(.publish, path: path)) }
        }
        #expect(try await SQLiteCatalogue(folder: folder).deliveries().count >= 500)
        try await working([webhook("other")], transport: down, storage: try SQLiteCatalogue(folder: folder)) { _ in }
        #expect(try await SQLiteCatalogue(folder: folder).deliveries().isEmpty)
    }

    @Test("a storm of 5,000 arrives; with a receiver that is down the queue keeps to its bound, and says what is lost")
    func storm() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let transport = StubTransport { request in
            request.url.authority != "b.example" ? .success(HookResponse(status: 204)) : .failure(.timedOut)
        }
        var queue = ServerConfiguration.WebhookQueue()
        queue.events = 1_000
        var quick = webhook("a")
        quick.events = [.publish]
        var watcher = webhook("c")
        watcher.events = [.hookFailed]
        let storage = try SQLiteCatalogue(folder: folder)
        try await working([quick, webhook("b"), watcher], transport: transport, storage: storage, queue: queue) {
            courier in
            for start in stride(from: 0, to: 5_000, by: 500) {
                for path in try (start..<(start + 500)).map({ try path($0 % 700) }) {
                    courier.note(HookNotice(.publish, path: path))
                }
                try await eventually("a has them") { await courier.states()[0].delivered == start + 500 }
            }
            try await eventually("the loss is told") { await courier.states()[1].dropped >= 4_000 }
            let states = await courier.states()
            #expect(states[0].dropped == 0)
            #expect(states[1].queued == 1_000)
        }
        #expect(try await storage.deliveries().count == 1_000)
        let told = transport.requests.filter { $0.url.authority == "c.example" }.map(\.text)
        #expect(told.contains { $0.contains("no answer in time") })
        #expect(told.contains { $0.contains("\"dropped\":") })
    }

    @Test("without a data folder it works from memory, and a test goes past the queue")
    func memory() async throws {
        let transport = StubTransport()
        try await working([webhook()], transport: transport) { courier in
            #expect(await courier.test("a")?.isDelivered == true)
            #expect(await courier.test("b") == nil)
            transport.answers { _ in .success(HookResponse(status: 302, location: "http://elsewhere/")) }
            let trial = await courier.test("a")
            #expect(trial?.isDelivered == false && trial?.problem == "answered with status 302")
        }
        #expect(transport.requests[0].header("Swiftwater-Event") == "test")
    }
}
