import MediaModel
import NIOCore
import StreamInspection
import Testing

@Suite("Stream inspector")
struct StreamInspectorTests {
    private let video = Track(
        id: .init(.video), timescale: .milliseconds,
        configuration: .init(video: .h264, format: VideoFormat(width: 640, height: 360)))

    private func frame(_ time: Int64, sync: Bool = false, offset: Int32 = 0, bytes: Int = 1_000) -> StreamElement {
        .frame(
            MediaFrame(
                track: video, decodeTime: time, compositionOffset: offset, isSync: sync,
                payload: ByteBuffer(repeating: 0, count: bytes)))
    }

    @Test("rates, keyframe intervals and sizes are measured")
    func measures() throws {
        var inspector = StreamInspector()
        inspector.inspect(.tracks([video]))
        for index in 0..<100 { inspector.inspect(frame(Int64(index) * 40, sync: index % 50 == 0)) }
        let track = try #require(inspector.report().tracks.first)
        #expect(track.frames == 100)
        #expect(track.frameRate == 25)
        #expect(track.bitsPerSecond == 200_000)
        #expect(track.keyframeInterval == 2)
        #expect(track.width == 640)
        #expect(!track.hasReorderedFrames)
        #expect(inspector.report().timestampFaults.isEmpty)
        #expect(inspector.report().configurationChanges == 0)
    }

    @Test("timestamps that go back, stand still and jump are told, each with its first place")
    func faults() {
        var inspector = StreamInspector()
        for time in [0, 40, 30, 80, 80, 5_000] { inspector.inspect(frame(Int64(time))) }
        let faults = inspector.report().timestampFaults
        #expect(faults.map(\.fault) == ["goes back", "stands still", "jumps ahead"])
        #expect(faults.map(\.firstMilliseconds) == [30, 80, 5_000])
        #expect(faults.map(\.count) == [1, 1, 1])
    }

    @Test("composition offsets show reordering")
    func reordering() {
        var inspector = StreamInspector()
        inspector.inspect(frame(0, offset: 40))
        #expect(inspector.report().tracks.first?.hasReorderedFrames == true)
    }

    @Test("what viewers would suffer from is found, with what to do, in a file's own time")
    func findings() throws {
        var inspector = StreamInspector()
        inspector.inspect(.tracks([video]))
        for index in 0..<500 { inspector.inspect(frame(Int64(index) * 40, sync: index % 250 == 0, bytes: 5_000)) }
        let report = inspector.report()
        #expect(report.findings.map(\.rule) == ["keyframes.rare", "sound.missing"])
        #expect(report.findings.first?.text.hasPrefix("keyframe every 10 s") == true)
        #expect(report.description.contains("Set the encoder's keyframe interval to 2 s."))
    }

    @Test("a jump of the timestamps is found once, and what follows is judged on")
    func jump() {
        var inspector = StreamInspector()
        for index in 0..<250 { inspector.inspect(frame(Int64(index) * 40, sync: index % 50 == 0, bytes: 5_000)) }
        for index in 0..<250 {
            inspector.inspect(frame(Int64(index) * 40 + 9_000_000_000, sync: index % 50 == 0, bytes: 5_000))
        }
        #expect(Set(inspector.report().findings.map(\.rule)) == ["timestamps.jump", "sound.missing"])
    }

    @Test("nothing seen is said so")
    func nothing() {
        #expect(StreamInspector().report().description.contains("no track was seen"))
    }
}
