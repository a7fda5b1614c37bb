import MediaModel
import NIOCore
import NIOEmbedded
import Testing

@testable import StreamHub

@Suite("Live stream: a publisher and its viewers")
struct LiveStreamTests {
    @Test("a viewer who comes in the middle gets opening, configuration, and the frames from the newest sync frame on")
    func join() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port)
        stage.group(port, frames: 3)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        #expect(sink.lines == ["O", "P1", "K160:1", "v200:1", "v240:1"])
        stage.group(port, frames: 2)
        #expect(sink.lines.suffix(2) == ["K280:1", "v320:1"])
        #expect(viewer.tally.lostFrames == 0)
        #expect(viewer.tally.frames == 5)
    }

    @Test("without a join cache a viewer waits for the next sync frame")
    func joinWithoutCache() throws {
        var settings = StreamSettings()
        settings.joinCache = nil
        let stage = try Stage(settings)
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port)
        let sinks = [LineSink(), LineSink()]
        let viewers = sinks.map { stage.viewer($0) }
        #expect(sinks.allSatisfy { $0.lines.isEmpty })
        stage.group(port, frames: 2)
        #expect(sinks.allSatisfy { $0.lines == ["O", "P1", "K160:1", "v200:1"] })
        #expect(viewers.count == 2)
    }

    @Test("a group of pictures beyond the cache's bounds is not kept, and joiners wait")
    func cacheBounds() throws {
        var settings = StreamSettings()
        settings.joinCache?.bytes = 1_000
        let stage = try Stage(settings)
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 4, size: 300)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        #expect(sink.lines.isEmpty)
        stage.group(port, frames: 1)
        #expect(sink.lines == ["O", "P1", "K160:1"])
        viewer.detach()
    }

    @Test("sound alone starts at once")
    func audioOnly() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.audio])])
        for time in stride(from: Int64(0), to: 2_000, by: 20) {
            port.publish([stage.frame(stage.audio, at: time, sync: true)])
        }
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        #expect(sink.lines.prefix(3) == ["O", "P1", "a1500:1"])
        viewer.detach()
    }

    @Test("a video track that never sends does not keep listeners out")
    func silentVideo() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video, stage.audio])])
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        for time in stride(from: Int64(0), to: 4_000, by: 20) {
            port.publish([stage.frame(stage.audio, at: time, sync: true)])
        }
        #expect(sink.lines.prefix(3) == ["O", "P2", "a3000:1"])
        viewer.detach()
    }

    @Test("metadata and configuration that change in mid-stream reach viewers in order, and later joiners")
    func changes() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 2)
        let early = LineSink()
        let first = stage.viewer(early)
        port.publish([.metadata(DataMessage(name: "M", timestampMilliseconds: 0, payload: ByteBuffer()))])
        port.publish([.tracks([stage.video, stage.audio])])
        stage.group(port, frames: 1)
        #expect(early.lines == ["O", "P1", "K0:1", "v40:1", "P1M", "P2M", "K80:1"])
        let late = LineSink()
        let second = stage.viewer(late)
        #expect(late.lines == ["O", "P2M", "K80:1"])
        first.detach()
        second.detach()
    }

    @Test("a configuration that changes inside the cached group is told in its place")
    func changeInsideCache() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 2)
        port.publish([.tracks([stage.video, stage.audio])])
        port.publish([stage.frame(stage.audio, at: 80, sync: true)])
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        #expect(sink.lines == ["O", "P1", "K0:1", "v40:1", "P2", "a80:1"])
        viewer.detach()
    }

    @Test("a slow viewer goes on where it was while the window has it")
    func slowWithinWindow() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 1)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        sink.forget()
        sink.isStalled = true
        stage.group(port, frames: 3)
        stage.group(port, frames: 3)
        sink.isStalled = false
        viewer.drained()
        #expect(sink.lines == ["K40:1", "v80:1", "v120:1", "K160:1", "v200:1", "v240:1"])
        #expect(viewer.tally.lostFrames == 0)
    }

    @Test("a viewer that fell out of the window skips to the newest sync frame, and its loss is counted")
    func slowBeyondWindow() throws {
        var settings = StreamSettings()
        settings.viewerWindowDuration = .milliseconds(400)
        let stage = try Stage(settings)
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 1)
        let slow = LineSink()
        let fast = LineSink()
        let viewers = [stage.viewer(slow), stage.viewer(fast)]
        slow.isStalled = true
        for _ in 0..<10 { stage.group(port, frames: 10) }
        #expect(slow.heldBytes < 20)
        slow.forget()
        slow.isStalled = false
        viewers[0].drained()
        #expect(slow.lines.first?.hasPrefix("K") == true)
        #expect(viewers[0].tally.lostFrames > 50)
        #expect(viewers[0].tally.lostFrames + viewers[0].tally.frames == 101)
        #expect(viewers[1].tally.frames == 101)
        stage.group(port, frames: 1)
        #expect(stage.meter.lostFrames == viewers[0].tally.lostFrames)
    }

    @Test("a viewer that takes nothing for too long is closed, others are not")
    func stalledForever() throws {
        var settings = StreamSettings()
        settings.closeStalledViewersAfter = .seconds(2)
        let stage = try Stage(settings)
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 1)
        let slow = LineSink()
        let fast = LineSink()
        let viewers = [stage.viewer(slow), stage.viewer(fast)]
        slow.isStalled = true
        stage.group(port, frames: 40)
        #expect(!slow.isBehind)
        stage.group(port, frames: 20)
        #expect(slow.isBehind)
        #expect(!fast.isBehind)
        #expect(viewers[0].tally.frames + viewers[0].tally.lostFrames == 61)
        #expect(stage.meter.lostFrames == viewers[0].tally.lostFrames)
        #expect(viewers[1].tally.frames == 61)
    }

    @Test("a viewer may come before the publisher, and is told when it begins")
    func waitingViewer() throws {
        let stage = try Stage()
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        #expect(sink.startCount == 0)
        let port = try stage.publisher()
        #expect(sink.startCount == 1)
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 1)
        #expect(sink.lines == ["O", "P1", "K0:1"])
        viewer.detach()
    }

    @Test("paused viewers get nothing, and start anew at a sync frame")
    func pause() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 2)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        viewer.setPaused(true)
        sink.forget()
        stage.group(port, frames: 2)
        #expect(sink.lines.isEmpty)
        viewer.setPaused(false)
        #expect(sink.lines == ["P1", "K80:1", "v120:1"])
        #expect(viewer.tally.lostFrames == 0)
    }

    @Test("who pauses and is there at the end is behind nothing", arguments: [StreamEnding.unpublished, .lost])
    func pausedAtTheEnd(ending: StreamEnding) throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 2)
        let viewer = stage.viewer(LineSink())
        viewer.setPaused(true)
        stage.group(port, frames: 2)
        #expect(viewer.lagMilliseconds == 40)
        port.end(ending)
        stage.loop.run()
        #expect(viewer.lagMilliseconds == (ending == .unpublished ? 0 : 40))
        #expect(viewer.timestampMilliseconds == (ending == .unpublished ? nil : 80))
        viewer.detach()
    }

    @Test("a viewer who leaves in the moment in which it came takes nothing from those who stay")
    func leavesAtOnce() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        let staying = LineSink()
        let viewer = stage.viewer(staying)
        stage.registry.subscribe(stage.path, format: LineFormat(), sink: LineSink(), on: stage.loop).detach()
        stage.loop.run()
        stage.group(port, frames: 2)
        #expect(staying.lines == ["O", "P1", "K0:1", "v40:1"])
        viewer.detach()
        port.end(.unpublished)
        stage.loop.run()
        #expect(stage.registry.count == 0)
    }

    @Test("who pauses and goes on within a group does not see it again")
    func shortPause() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 2)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        stage.group(port, frames: 2)
        viewer.setPaused(true)
        viewer.setPaused(false)
        sink.forget()
        port.publish([stage.frame(stage.video, at: stage.time, sync: false)])
        #expect(sink.lines.isEmpty)
        stage.group(port, frames: 2)
        #expect(sink.lines == ["P1", "K160:1", "v200:1"])
        #expect(viewer.tally.lostFrames == 0)
    }

    @Test("who pauses may leave what was sent unread for as long as it likes")
    func longPause() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 1)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        sink.isStalled = true
        stage.group(port, frames: 2)
        viewer.setPaused(true)
        for _ in 0..<100 { stage.group(port, frames: 25) }
        #expect(!sink.isBehind)
        viewer.setPaused(false)
        stage.group(port, frames: 25)
        #expect(!sink.isBehind)
        sink.isStalled = false
        sink.forget()
        viewer.drained()
        #expect(sink.lines.first == "P1")
        #expect(viewer.tally.lostFrames == 0)
    }

    @Test("the end comes to a slow viewer behind what was sent before it")
    func slowAtTheEnd() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        sink.isStalled = true
        stage.group(port, frames: 4)
        port.end(.unpublished)
        #expect(sink.endings.isEmpty)
        sink.isStalled = false
        viewer.drained()
        #expect(sink.lines == ["O", "P1", "K0:1", "v40:1", "v80:1", "v120:1"])
        #expect(sink.endings == [.unpublished])
    }

    @Test("a viewer that takes nothing after the end is closed like any other")
    func stalledAtTheEnd() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        sink.isStalled = true
        stage.group(port, frames: 4)
        port.end(.unpublished)
        stage.loop.advanceTime(by: .seconds(31))
        #expect(sink.isBehind)
        #expect(sink.endings.isEmpty)
        viewer.detach()
    }

    @Test("gathered frames leave together, when their time has come")
    func gathering() throws {
        var settings = StreamSettings()
        settings.gather = .milliseconds(100)
        let stage = try Stage(settings)
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 1)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        sink.forget()
        port.publish([stage.frame(stage.video, at: 40, sync: false)])
        port.publish([stage.frame(stage.video, at: 80, sync: false)])
        #expect(sink.lines.isEmpty)
        stage.loop.advanceTime(by: .milliseconds(100))
        #expect(sink.lines == ["v40:1", "v80:1"])
        viewer.detach()
    }
    @Test(
        "what frames have waited before they are published is a part of gathering",
        arguments: [(waited: 60, rest: 40), (94, 6), (96, 0), (200, 0)])
    func waitedBefore(waited: Int64, rest: Int64) throws {
        var settings = StreamSettings()
        settings.gather = .milliseconds(100)
        let stage = try Stage(settings)
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 1)
        let sink = LineSink()
        let viewer = stage.viewer(sink)
        sink.forget()
        port.setDelay(.milliseconds(waited))
        port.publish([stage.frame(stage.video, at: 40, sync: false)])
        if rest > 0 {
            stage.loop.advanceTime(by: .milliseconds(rest - 1))
            #expect(sink.lines.isEmpty)
            stage.loop.advanceTime(by: .milliseconds(1))
        }
        #expect(sink.lines == ["v40:1"])
        viewer.detach()
    }
}
