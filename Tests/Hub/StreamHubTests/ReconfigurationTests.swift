import MediaModel
import NIOCore
import NIOEmbedded
import Testing

@testable import StreamHub

@Suite("Live stream: other settings while it is live")
struct ReconfigurationTests {
    @Test("the join cache is left, and kept again from the next sync frame on")
    func joinCache() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 2)
        stage.configure { $0.joinCache = nil }
        stage.group(port, frames: 2)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        #expect(sink.lines.isEmpty)
        stage.group(port, frames: 1)
        #expect(sink.lines == ["O", "P1", "K160:1"])
        viewer.detach()
        stage.loop.run()
        stage.configure { $0.joinCache = .init() }
        stage.group(port, frames: 2)
        let other = LineSink()
        let second = stage.viewer(other)
        #expect(other.lines == ["O", "P1", "K200:1", "v240:1"])
        second.detach()
    }

    @Test("a second publisher is refused or takes over as is said at that moment")
    func duplicates() throws {
        let stage = try Stage()
        let first = try stage.publisher()
        #expect(throws: PublishRefusal.self) { try stage.publisher() }
        stage.configure { $0.onDuplicate = .takeover }
        let second = try stage.publisher()
        stage.configure { $0.onDuplicate = .reject }
        #expect(throws: PublishRefusal.self) { try stage.publisher() }
        first.end(.unpublished)
        second.end(.unpublished)
    }

    @Test("a viewer who stalls is closed after the time that is set now", arguments: [true, false])
    func stalledViewer(isLive: Bool) throws {
        var settings = StreamSettings()
        settings.closeStalledViewersAfter = .seconds(30)
        let stage = try Stage(settings)
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 1)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        sink.isStalled = true
        stage.group(port, frames: 1)
        if !isLive { port.end(.unpublished) }
        stage.loop.advanceTime(by: .seconds(3))
        stage.configure { $0.closeStalledViewersAfter = .seconds(5) }
        #expect(!sink.isBehind)
        stage.loop.advanceTime(by: .milliseconds(1_500))
        #expect(!sink.isBehind)
        stage.loop.advanceTime(by: .milliseconds(500))
        #expect(sink.isBehind)
        viewer.detach()
    }

    @Test("a viewer who has stalled for longer than is set now is closed at once, and one who reads again is not")
    func longStalledViewer() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 1)
        let stalled = LineSink()
        let other = LineSink()
        let viewers = [stage.viewer(stalled), stage.viewer(other)]
        stalled.isStalled = true
        other.isStalled = true
        stage.group(port, frames: 1)
        stage.loop.advanceTime(by: .seconds(3))
        other.isStalled = false
        viewers[1].drained()
        stage.configure { $0.closeStalledViewersAfter = .seconds(2) }
        #expect(stalled.isBehind)
        stage.loop.advanceTime(by: .seconds(60))
        #expect(!other.isBehind)
        for viewer in viewers { viewer.detach() }
    }
}
