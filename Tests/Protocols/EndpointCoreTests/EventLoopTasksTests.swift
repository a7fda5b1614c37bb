import Dispatch
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import EndpointCore

@Suite("Tasks and event loops", .timeLimit(.minutes(15)))
struct EventLoopTasksTests {
    @Test("what waits for nothing is decided without any event loop")
    func deciding() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let busy = DispatchSemaphore(value: 0)
        group.next().execute { busy.wait() }
        defer {
            busy.signal()
            group.shutdownGracefully { _ in }
        }
        let turns = EventLoopTurns(group)
        #expect(await turns.within(.hours(1), orElse: "late") { "decided" } == "decided")
    }

    @Test("what waits is awaited, until the limit")
    func waiting() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let turns = EventLoopTurns(group)
        let answer = group.any().makePromise(of: String.self)
        group.any().scheduleTask(in: .milliseconds(20)) { answer.succeed("decided") }
        let decided = await turns.within(.hours(1), orElse: "late") { (try? await answer.futureResult.get()) ?? "" }
        #expect(decided == "decided")
        let late = await turns.within(.milliseconds(1), orElse: "late") {
            try? await Task.sleep(for: .seconds(3_600))
            return "decided"
        }
        #expect(late == "late")
    }

    @Test("a promise is kept at once by work that waits for nothing, and later by other work")
    func promises() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let isKeptAtOnce = try await loop.submit {
            let promise = loop.makePromise(of: Int.self)
            promise.complete { 1 }
            let isKept = NIOLoopBoundBox(false, eventLoop: loop)
            promise.futureResult.whenComplete { _ in isKept.value = true }
            return isKept.value
        }.get()
        #expect(isKeptAtOnce)
        let later = loop.makePromise(of: Int.self)
        later.complete {
            await Task.yield()
            return 2
        }
        #expect(try await later.futureResult.get() == 2)
    }

    @Test("tasks of an executor run on its event loop, before and after they wait")
    func executor() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let places = await withTaskExecutorPreference(EventLoopTaskExecutor(loop)) { () async -> [Bool] in
            let first = loop.inEventLoop
            await Task.yield()
            let second = loop.inEventLoop
            try? await Task.sleep(for: .milliseconds(1))
            async let child = { () async in loop.inEventLoop }()
            return await [first, second, loop.inEventLoop, child]
        }
        #expect(places == [true, true, true, true])
    }
}
