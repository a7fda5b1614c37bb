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
}
