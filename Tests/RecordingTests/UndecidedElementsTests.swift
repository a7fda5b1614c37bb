import MediaModel
import NIOCore
import Testing

@testable import Recording

@Suite("What is kept of a stream until it is known whether it is recorded")
struct UndecidedElementsTests {
    private let sound = Track(
        id: .init(.audio), timescale: .milliseconds,
        configuration: CodecConfiguration(
            audio: .aac, record: ByteBuffer(repeating: 0x12, count: 64 << 10),
            format: AudioFormat(sampleRate: 48_000, channelCount: 2)))

    private func message(_ length: Int) -> DataMessage {
        DataMessage(
            name: "onMetaData", timestampMilliseconds: 0, payload: ByteBuffer(repeating: 0, count: length))
    }

    @Test("all that a publisher sends counts: frames, messages, metadata, and what tracks are described by")
    func bounds() {
        let frame = MediaFrame(
            track: sound, decodeTime: 0, isSync: true, payload: ByteBuffer(repeating: 0, count: 1 << 20))
        let elements: [StreamElement] = [.frame(frame), .data(message(1 << 20)), .metadata(message(1 << 20))]
        for element in elements {
            var undecided = UndecidedElements()
            #expect((0..<100).prefix { _ in undecided.append(element, wallclock: 0) }.count == 4)
        }
        var undecided = UndecidedElements()
        #expect((0..<1_000).prefix { _ in undecided.append(.tracks([sound]), wallclock: 0) }.count == 64)
        undecided = UndecidedElements()
        #expect((0..<9_000).prefix { _ in undecided.append(.metadata(nil), wallclock: 0) }.count == 2_000)
        #expect(undecided.elements.count == 2_000)
    }
}
