import NIOCore
import Testing

@testable import swiftwater_bench

@Suite("A paced encoder")
struct EncoderRhythmTests {
    private let second: UInt64 = 1_000_000_000

    @Test("the bit rate is what was asked for", arguments: [1.0, 2.5, 50])
    func bitRate(megabits: Double) {
        var rhythm = EncoderRhythm()
        rhythm.bitsPerSecond = megabits * 1e6
        var encoder = PacedEncoder(rhythm: rhythm, publisher: 0, start: 0)
        var bytes = 0
        while let frame = encoder.next(at: 10 * second - 1) { bytes += frame.body(sentAt: 0).readableBytes }
        #expect(abs(Double(bytes) * 8 / 10 / rhythm.bitsPerSecond - 1) < 0.01)
    }

    @Test("frames come in the order of their times, each once, none before its time")
    func order() {
        var encoder = PacedEncoder(rhythm: EncoderRhythm(), publisher: 0, start: second)
        #expect(encoder.next(at: second - 1) == nil)
        var pictures = 0
        var sounds = 0
        var last: UInt64 = 0
        while let frame = encoder.next(at: 3 * second - 1) {
            #expect(frame.due >= last)
            #expect(UInt64(frame.timestampMilliseconds) == (frame.due - second) / 1_000_000)
            last = frame.due
            if frame.isVideo {
                #expect(frame.isKey == pictures.isMultiple(of: 60))
                pictures += 1
            } else {
                sounds += 1
            }
        }
        #expect(pictures == 60)
        #expect(sounds == 94)
        #expect(encoder.nextDue >= 3 * second)
    }

    @Test("an encoder without sound sends pictures alone")
    func silent() {
        var rhythm = EncoderRhythm()
        rhythm.audioBitsPerSecond = 0
        var encoder = PacedEncoder(rhythm: rhythm, publisher: 0, start: 0)
        var frames = 0
        while let frame = encoder.next(at: second - 1) {
            #expect(frame.isVideo)
            frames += 1
        }
        #expect(frames == 30)
    }
}
