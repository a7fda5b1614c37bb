import MediaModel
import NIOCore
import NIOEmbedded
import Testing

@testable import StreamHub

@Suite("Writers: what a format counts, it counts for all viewers alike")
struct WriterTests {
    /// Numbers the frames that it writes, and says where viewers can start.
    private struct CountingFormat: WireFormat {
        let name = "counting"
        func makeWriter() -> any WireWriter { CountingWriter() }
    }

    private struct CountingWriter: WireWriter {
        var count = 0
        func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) { bytes.writeString("O\n") }
        func writePrelude(
            tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
        ) {
            bytes.writeString("P\(tracks.count)\n")
        }
        func writeChange(
            tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
        ) {
            bytes.writeString("C\(tracks.count)\n")
        }
        func prepareJoinPoint(tracks: [Track], arrived: NIODeadline, into bytes: inout ByteBuffer) {
            bytes.writeString("J\(arrived.uptimeNanoseconds / 1_000_000)\n")
        }
        mutating func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
            bytes.writeString("\(count)\n")
            count += 1
        }
        func write(_ message: DataMessage, into bytes: inout ByteBuffer) {}
    }

    private func watch(_ stage: Stage, on loop: EmbeddedEventLoop) -> LineSink {
        let sink = LineSink()
        _ = stage.registry.subscribe(stage.path, format: CountingFormat(), sink: sink, on: loop)
        run(stage, loop)
        return sink
    }

    private func run(_ stage: Stage, _ loop: EmbeddedEventLoop) {
        stage.loop.run()
        loop.run()
    }

    @Test("a viewer on another event loop joins the count where it stands")
    func count() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 3)
        // Nobody had the format written before: the count begins with what the cache holds.
        let first = watch(stage, on: stage.loop)
        #expect(first.lines == ["O", "P1", "0", "1", "2"])
        stage.group(port, frames: 2)
        let other = EmbeddedEventLoop()
        let second = watch(stage, on: other)
        #expect(second.lines == ["O", "P1", "3", "4"])
        stage.group(port, frames: 2)
        other.run()
        #expect(second.lines.suffix(5) == ["3", "4", "J200", "5", "6"])
        #expect(first.lines.suffix(5) == ["3", "4", "J200", "5", "6"])
    }

    @Test("what is said at a join point is for those who are past it, with the time at which its frame came")
    func joinPoints() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port, frames: 2)
        let early = watch(stage, on: stage.loop)
        stage.group(port, frames: 2)
        port.publish([.tracks([stage.video, stage.audio])])
        stage.group(port, frames: 1)
        let late = watch(stage, on: stage.loop)
        #expect(early.lines == ["O", "P1", "0", "1", "J80", "2", "3", "C2", "J160", "4"])
        #expect(late.lines == ["O", "P2", "4"])
    }

    /// Carries nothing.
    private struct SilentFormat: WireFormat, WireWriter {
        let name = "silent"
        func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {}
        func writePrelude(
            tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
        ) {
            bytes.writeString("P\(tracks.count)\n")
        }
        func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {}
        func write(_ message: DataMessage, into bytes: inout ByteBuffer) {}
    }

    @Test("who asks for a form that holds none of the tracks is told of them all the same")
    func nothing() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port)
        let early = LineSink()
        _ = stage.registry.subscribe(stage.path, format: SilentFormat(), sink: early, on: stage.loop)
        stage.loop.run()
        #expect(early.lines == ["P1"])
        stage.group(port)
        #expect(early.lines == ["P1"])
        #expect(stage.meter.delivered.frames == 0)
    }

    @Test("history beyond the join cache's bounds is kept for nobody")
    func bounds() throws {
        var settings = StreamSettings()
        settings.joinCache?.bytes = 2_000
        let stage = try Stage(settings)
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        _ = watch(stage, on: stage.loop)
        stage.group(port, frames: 10)
        let other = EmbeddedEventLoop()
        let second = watch(stage, on: other)
        #expect(second.lines.isEmpty)
        stage.group(port, frames: 2)
        other.run()
        #expect(second.lines == ["O", "P1", "10", "11"])
    }
}
