import MediaModel
import NIOCore
import NIOEmbedded
import Testing

@testable import StreamHub

@Suite("Formats: as many as viewers ask for, up to a limit; and what viewers are told of tracks")
struct FormatsTests {
    /// Writes its mark and the frame's time.
    private struct MarkFormat: WireFormat, WireWriter {
        let mark: String
        var name: String { "mark/\(mark)" }
        var substitute: (any WireFormat)? { mark == "common" ? nil : MarkFormat(mark: "common") }

        func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {}
        func writePrelude(
            tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
        ) {}
        func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
            bytes.writeString("\(mark)@\(frame.decodeTime)\n")
        }
        func write(_ message: DataMessage, into bytes: inout ByteBuffer) {}
    }

    private final class TrackSink: ViewerSink {
        private(set) var told: [[Track.ID]] = []
        func streamStarted() {}
        func tracksInForce(_ tracks: [Track]) { told.append(tracks.map(\.id)) }
        func write(_ bytes: ByteBuffer) -> Bool { true }
        func streamEnded(_ ending: StreamEnding) {}
        func fellBehind() {}
    }

    private func watch(_ stage: Stage, _ mark: String) -> (LineSink, Viewer) {
        let sink = LineSink()
        let viewer = stage.registry.subscribe(stage.path, format: MarkFormat(mark: mark), sink: sink, on: stage.loop)
        stage.loop.run()
        return (sink, viewer)
    }

    @Test("who asks for one format too many gets the substitute, and nobody else does")
    func limit() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        let viewings = (0..<40).map { watch(stage, "\($0)") } + [watch(stage, "39"), watch(stage, "3")]
        stage.group(port, frames: 1)
        let marks = viewings.map { $0.0.lines.first?.split(separator: "@").first.map(String.init) }
        #expect(marks.prefix(32) == (0..<32).map { "\($0)" }[...])
        #expect(marks[32..<41].allSatisfy { $0 == "common" })
        #expect(marks[41] == "3")

        for (_, viewer) in viewings { viewer.detach() }
        stage.loop.run()
        let (sink, viewer) = watch(stage, "39")
        stage.group(port, frames: 1)
        #expect(sink.lines.last?.hasPrefix("39@") == true, "there is room again")
        viewer.detach()
        port.end(.unpublished)
        stage.loop.run()
        #expect(stage.registry.count == 0)
    }

    @Test("a viewer learns the tracks where it starts, and where they have changed at a sync frame")
    func tracks() throws {
        let stage = try Stage()
        let port = try stage.publisher()
        port.publish([.tracks([stage.video])])
        stage.group(port)
        let sink = TrackSink()
        let viewer = stage.registry.subscribe(stage.path, format: LineFormat(), sink: sink, on: stage.loop)
        stage.loop.run()
        stage.group(port)
        #expect(sink.told == [[Track.ID(.video)]])
        port.publish([.tracks([stage.video, stage.audio])])
        #expect(sink.told.count == 1)
        stage.group(port)
        stage.group(port)
        #expect(sink.told == [[Track.ID(.video)], [Track.ID(.video), Track.ID(.audio)]])
        viewer.detach()
    }
}
