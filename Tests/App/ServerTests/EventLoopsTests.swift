import ConfigurationReading
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import EndpointCore
@testable import ServerAssembly

@Suite("Event loops", .timeLimit(.minutes(15)))
struct EventLoopsTests {
    @Test("there are as many event loops as the operator said, or as the machine has cores", arguments: [0, 1, 3])
    func count(threads: Int) async throws {
        var configuration = ServerConfiguration()
        configuration.threads = threads
        let count = try await configuration.withEventLoops { $0.makeIterator().reduce(0) { count, _ in count + 1 } }
        #expect(count == (threads == 0 ? System.coreCount : threads))
    }

    @Test("who comes one after the other is spread over all of them", arguments: [2, 3])
    func spreading(threads: Int) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        defer { group.shutdownGracefully { _ in } }
        try await RunningServer.with(eventLoops: group) { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            for _ in 0..<2 * threads {
                let player = try await SyntheticPlayer.begin("live/show", on: server)
                try await eventually("the player starts") { await player.hasStarted }
            }
            let players = server.server.control.sessions.sessions { $0.role == .player }
            let loops = Dictionary(grouping: players) { ObjectIdentifier($0.eventLoop) }
            #expect(loops.values.map(\.count) == Array(repeating: 2, count: threads))
            await publisher.end()
        }
    }
}
