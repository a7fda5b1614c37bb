import ConfigurationReading
import Dispatch
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import RTMPSession
import StreamHub
import TestSupport
import Testing

@testable import EndpointCore
@testable import ServerAssembly

@Suite("Server: event loops that cannot keep up", .timeLimit(.minutes(15)))
struct CongestionTests {
    private static let groups = 8
    /// Of each group.
    private static let bytes = 4 << 20

    @Test("a publisher waits for a stream on another loop, and goes on when that one does")
    func publisherWaits() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        defer { group.shutdownGracefully { _ in } }
        try await RunningServer.with(eventLoops: group) {
            // Who is not read is not silent.
            $0.rtmp.idleTimeout = .seconds(15)
        } _: { server in
            // The player comes first, so the stream lives on its event loop; the publisher gets the next.
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the player waits") { server.server.registry.count == 1 }
            let isBlocked = NIOLockedValueBox(false)
            let publishing = Task {
                let publisher = try await SyntheticPublisher.begin("live/show", on: server)
                try await publisher.sendHeaders()
                try await publisher.sendGroup()
                try await eventually("the loop is blocked") { isBlocked.withLockedValue { $0 } }
                for _ in 0..<Self.groups { try await publisher.sendGroup(of: 4, padding: Self.bytes / 4) }
                await publisher.end()
            }
            try await eventually("the first group arrives") { await player.frames(.video).count == 26 }

            let stream = try #require(server.server.registry.liveStreams.first)
            let publisher = try #require(server.server.control.sessions.publisher(of: stream.path))
            try #require(publisher.eventLoop !== stream.home)
            let gate = DispatchSemaphore(value: 0)
            defer { gate.signal() }
            stream.home.execute { gate.wait() }
            isBlocked.withLockedValue { $0 = true }
            let sessions = server.server.control.sessions
            // `nil` once the session is over.
            let received = { await sessions.readings(of: [publisher]).first?.reading.bytesReceived }
            try await eventually("more came than may wait") { await received() ?? .max > 8 << 20 }
            // Until nothing has come for longer than somebody may be silent.
            var (before, quietTurns) = (await received(), 0)
            while quietTurns < 400 {
                try await Task.sleep(for: .milliseconds(50))
                let now = await received()
                quietTurns = now == before ? quietTurns + 1 : 0
                before = now
            }
            let taken = try #require(before, "the publisher was not held")
            #expect(taken < 20 << 20)

            gate.signal()
            try await publishing.value
            #expect(await player.outcome == .ended)
        }
    }
}
