import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import NIOPosix
import TestSupport
import Testing

@testable import StreamHub

@Suite("Publishing: who has a name, and what happens when it is given up")
struct PublishingTests {
    @Test("a second publisher is refused, and the first is not disturbed")
    func reject() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        #expect(throws: PublishRefusal.alreadyPublished) { try stage.publisher() }
        port.publish([.tracks([stage.video])])
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        stage.group(port, frames: 1)
        #expect(sink.lines == ["O", "P1", "K0:1"])
        viewer.detach()
    }

    @Test("a publisher learns when the first viewer comes and when the last leaves")
    func audience() throws {
        let stage = try Stage()
        let changes = NIOLockedValueBox(0)
        let port = try stage.publisher(onPaceChange: { changes.withLockedValue { $0 += 1 } })
        #expect(!port.isWatched)
        let first = stage.viewer(LineSink())
        let second = stage.viewer(LineSink())
        #expect(port.isWatched)
        first.detach()
        stage.loop.run()
        #expect(port.isWatched)
        second.detach()
        stage.loop.run()
        #expect(!port.isWatched)
        #expect(changes.withLockedValue { $0 } == 2)
    }

    @Test("a publisher is told of other settings, which may have it read otherwise")
    func settings() throws {
        let stage = try Stage()
        let changes = NIOLockedValueBox(0)
        let port = try stage.publisher(onPaceChange: { changes.withLockedValue { $0 += 1 } })
        stage.configure { $0.gather = .milliseconds(50) }
        #expect(changes.withLockedValue { $0 } == 1)
        port.end(.unpublished)
        stage.configure { $0.gather = .zero }
        #expect(changes.withLockedValue { $0 } == 1)
    }

    @Test("a publisher that comes to waiting viewers is watched from the start")
    func waitingAudience() throws {
        let stage = try Stage()
        let viewer = stage.viewer(LineSink())
        #expect(try stage.publisher().isWatched)
        viewer.detach()
    }

    @Test("a takeover sends the old publisher away and keeps the viewers")
    func takeover() throws {
        var settings = StreamSettings()
        settings.onDuplicate = .takeover
        let stage = try Stage(settings)
        let displaced = NIOLockedValueBox(0)
        let old = try stage.publisher(onDisplaced: { _ in displaced.withLockedValue { $0 += 1 } })
        old.publish([.tracks([stage.video])])
        stage.group(old, frames: 2)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        let new = try stage.publisher()
        #expect(displaced.withLockedValue { $0 } == 1)
        sink.forget()
        new.publish([.tracks([stage.video])])
        stage.group(new, frames: 1)
        old.publish([stage.frame(stage.video, at: 1_000, sync: true)])
        old.end(.unpublished)
        #expect(sink.lines.map { $0.prefix(1) } == ["P", "K"])
        #expect(sink.endings.isEmpty)
        viewer.detach()
    }

    @Test("the end that a publisher announces ends its viewers at once")
    func unpublish() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        port.end(.unpublished)
        stage.loop.run()
        #expect(sink.endings == [.unpublished])
        #expect(stage.meter.liveStreams == 0)
        viewer.detach()
        stage.loop.run()
        #expect(stage.registry.count == 0)
    }

    @Test("a publisher that vanishes and returns in time keeps its viewers")
    func resume() throws {
        let stage = try Stage()
        let first = try stage.publisher()
        first.publish([.tracks([stage.video])])
        stage.group(first, frames: 2)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        first.end(.lost)
        stage.loop.advanceTime(by: .seconds(5))
        #expect(sink.endings.isEmpty)
        let second = try stage.publisher()
        sink.forget()
        second.publish([.tracks([stage.video]), stage.frame(stage.video, at: 0, sync: true)])
        #expect(sink.lines == ["P1", "K5080:1"])
        stage.loop.advanceTime(by: .seconds(20))
        #expect(sink.endings.isEmpty)
        #expect(sink.startCount == 1)
        viewer.detach()
        second.end(.unpublished)
        stage.loop.run()
        #expect(stage.registry.count == 0)
    }

    @Test("a publisher on another loop than the stream's own may return just as well")
    func resumeAcrossLoops() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        defer { group.shutdownGracefully { _ in } }
        let (home, other) = (group.next(), group.next())
        let path = try StreamPath("live/show")
        let registry = StreamRegistry(settings: { _ in StreamSettings() })
        let first = try await registry.publish(path, on: home, onDisplaced: { _ in }).get()
        first.end(.lost)
        let second = try await registry.publish(path, on: other, onDisplaced: { _ in }).get()
        #expect(second.stream === first.stream)
        second.end(.lost)
        let third = try await registry.publish(path, on: other, onDisplaced: { _ in }).get()
        #expect(third.stream === first.stream)
        third.end(.unpublished)
        try await eventually("nobody has an interest any more") { registry.count == 0 }
    }

    @Test("a returning publisher without metadata does not inherit any")
    func metadataOfTheLast() throws {
        let stage = try Stage()
        let first = try stage.publisher()
        first.publish([.metadata(DataMessage(name: "M", timestampMilliseconds: 0, payload: ByteBuffer()))])
        first.publish([.tracks([stage.video])])
        first.end(.lost)
        let second = try stage.publisher()
        second.publish([.tracks([stage.video]), stage.frame(stage.video, at: 0, sync: true)])
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        #expect(sink.lines.prefix(2) == ["O", "P1"])
        viewer.detach()
    }

    @Test("a publisher that does not return loses its viewers when the time is over")
    func lost() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        port.end(.lost)
        stage.loop.advanceTime(by: .seconds(9))
        #expect(sink.endings.isEmpty)
        stage.loop.advanceTime(by: .seconds(2))
        #expect(sink.endings == [.lost])
        viewer.detach()
        stage.loop.run()
        #expect(stage.registry.count == 0)
    }

    @Test("who comes between two broadcasts sees nothing of the first")
    func betweenBroadcasts() throws {
        let stage = try Stage()
        let first = try stage.publisher()
        first.publish([.tracks([stage.video])])
        stage.group(first, frames: 2)
        let staying = stage.viewer(LineSink())
        first.end(.unpublished)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        let second = try stage.publisher()
        #expect(sink.startCount == 1)
        #expect(sink.lines.isEmpty)
        second.publish([.tracks([stage.video, stage.audio])])
        second.publish([stage.frame(stage.video, at: 0, sync: true)])
        #expect(sink.lines.map { $0.prefix(2) } == ["O", "P2", "K8"])
        staying.detach()
        viewer.detach()
    }

    /// A sink that keeps what it is told.
    private final class EndingSink: FrameSink {
        let endings: NIOLockedValueBox<Int>
        init(_ endings: NIOLockedValueBox<Int>) { self.endings = endings }
        func receive(_ elements: [StreamElement]) {}
        func streamEnded(_ ending: StreamEnding) { endings.withLockedValue { $0 += 1 } }
    }

    @Test("a sink that comes too late is told that the stream has ended")
    func lateSink() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.end(.unpublished)
        let endings = NIOLockedValueBox(0)
        port.stream.attach { EndingSink(endings) }
        #expect(endings.withLockedValue { $0 } == 1)
    }

    /// A sink that has a use for frames or not, and counts what it gets.
    private final class ChoosySink: FrameSink {
        struct Log {
            var wantsFrames = false
            var tracks = 0
            var frames = 0
        }
        let log: NIOLockedValueBox<Log>
        init(_ log: NIOLockedValueBox<Log>) { self.log = log }
        var wantsFrames: Bool { log.withLockedValue { $0.wantsFrames } }
        func receive(_ elements: [StreamElement]) {
            log.withLockedValue { log in
                for element in elements {
                    if case .frame = element { log.frames += 1 }
                    if case .tracks = element { log.tracks += 1 }
                }
            }
        }
        func streamEnded(_ ending: StreamEnding) {}
    }

    @Test("a sink without a use for frames still hears of the tracks, and gets frames once it has one")
    func choosySink() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        let log = NIOLockedValueBox(ChoosySink.Log())
        port.stream.attach { ChoosySink(log) }
        port.publish([.tracks([stage.video]), stage.frame(stage.video, at: 0, sync: true)])
        #expect(log.withLockedValue { $0.tracks } == 1)
        #expect(log.withLockedValue { $0.frames } == 0)
        log.withLockedValue { $0.wantsFrames = true }
        port.publish([stage.frame(stage.video, at: 40, sync: true)])
        #expect(log.withLockedValue { $0.frames } == 1)
        // Where another sink has a use for them, all get them.
        log.withLockedValue { $0.wantsFrames = false }
        port.stream.attach { EndingSink(NIOLockedValueBox(0)) }
        port.publish([stage.frame(stage.video, at: 80, sync: true)])
        #expect(log.withLockedValue { $0.frames } == 2)
    }

    @Test("viewers who stay after the end see the next publisher")
    func reborn() throws {
        let stage = try Stage()
        let first = try stage.publisher()
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        first.end(.unpublished)
        let second = try stage.publisher()
        #expect(sink.startCount == 2)
        second.publish([.tracks([stage.video])])
        stage.group(second, frames: 1)
        #expect(sink.lines.last?.hasPrefix("K") == true)
        viewer.detach()
    }
}
