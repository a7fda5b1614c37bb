import Dispatch
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import StreamHub

@Suite("A publisher pauses while other event loops cannot keep up")
struct BacklogTests {
    private static let track = Track(id: .init(.video), timescale: .milliseconds, configuration: .init(video: .h264))

    private static func picture(_ time: Int64) -> StreamElement {
        .frame(
            MediaFrame(
                track: track, decodeTime: time, isSync: true, payload: ByteBuffer(repeating: 0x55, count: 1 << 20)))
    }

    /// An event loop that does nothing until it is let go.
    private struct BlockedLoop {
        private let gate = DispatchSemaphore(value: 0)

        init(_ eventLoop: any EventLoop) {
            eventLoop.execute { [gate] in gate.wait() }
        }

        func letGo() { gate.signal() }
    }

    @Test("where the stream lives on a loop that does nothing")
    func home() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        defer { group.shutdownGracefully { _ in } }
        let registry = StreamRegistry(settings: { _ in StreamSettings() })
        let (home, other) = (group.next(), group.next())
        // Whoever comes first decides where the stream lives.
        let path = try StreamPath("live/show")
        let viewer = try await home.submit {
            NIOLoopBound(
                registry.subscribe(path, format: LineFormat(), sink: LineSink(), on: home), eventLoop: home)
        }.get()
        let changes = NIOLockedValueBox(0)
        let port = try await registry.publish(
            path, on: other, onPaceChange: { changes.withLockedValue { $0 += 1 } }, onDisplaced: { _ in }
        ).get()
        changes.withLockedValue { $0 = 0 }
        let block = BlockedLoop(home)
        port.publish([.tracks([Self.track])])
        for time in 0..<7 { port.publish([Self.picture(Int64(time))]) }
        #expect(!port.isCongested)
        for time in 7..<9 { port.publish([Self.picture(Int64(time))]) }
        #expect(port.isCongested)
        #expect(changes.withLockedValue { $0 } == 1)
        block.letGo()
        try await eventually("it may go on") { !port.isCongested }
        try await eventually("it is told of both changes") { changes.withLockedValue { $0 } == 2 }
        home.execute { viewer.value.detach() }
        port.end(.unpublished)
    }

    @Test("where viewers live on a loop that does nothing")
    func viewers() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        defer { group.shutdownGracefully { _ in } }
        let registry = StreamRegistry(settings: { _ in StreamSettings() })
        let (home, other) = (group.next(), group.next())
        let path = try StreamPath("live/show")
        let port = try await registry.publish(path, on: home, onDisplaced: { _ in }).get()
        let sink = NIOLoopBoundBox.makeBoxSendingValue(LineSink(), eventLoop: other)
        let viewer = try await other.submit {
            NIOLoopBound(
                registry.subscribe(path, format: LineFormat(), sink: sink.value, on: other), eventLoop: other)
        }.get()
        try await eventually("the viewer is there") { port.isWatched }
        let block = BlockedLoop(other)
        port.publish([.tracks([Self.track])])
        // What this format writes of a picture is some bytes: it takes many.
        let small = (0..<100).map { _ in
            StreamElement.frame(MediaFrame(track: Self.track, decodeTime: 0, isSync: false, payload: ByteBuffer()))
        }
        var count = 0
        while !port.isCongested, count < 100_000 {
            port.publish(small)
            try await home.submit {}.get()
            count += 1
        }
        #expect(port.isCongested)
        block.letGo()
        try await eventually("it may go on") { !port.isCongested }
        other.execute { viewer.value.detach() }
        port.end(.unpublished)
    }
}
