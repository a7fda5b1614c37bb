import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Extended timestamps (RTMP 1.0 §5.3.1.3)")
struct ExtendedTimestampTests {
    /// 0x01036607 ms, what FFmpeg sends with an offset of 17,000 s.
    private let late: UInt32 = 0x0103_6607
    private let repeated = ByteBuffer(hex: "01036607")
    private let none = ByteBuffer()

    private func video(at timestamp: UInt32, _ payload: ByteBuffer) -> RTMPMessage {
        RTMPMessage(type: .video, timestamp: timestamp, messageStreamID: 1, payload: payload)
    }

    private func expect(_ bytes: ByteBuffer, reads messages: [RTMPMessage]) throws {
        try expectMessages(messages, in: bytes)
    }

    /// A message on chunk stream 6 with a full header, `repetition` before each of the chunks that go on.
    private func full(_ payload: ByteBuffer, repetition: ByteBuffer) -> ByteBuffer {
        var bytes = ByteBuffer(hex: "06 ffffff 0000")
        bytes.writeInteger(UInt8(payload.readableBytes))
        bytes.writeImmutableBuffer(ByteBuffer(hex: "09 01000000 01036607"))
        bytes.writeImmutableBuffer(chunks(payload, repetition: repetition))
        return bytes
    }

    private func chunks(_ payload: ByteBuffer, repetition: ByteBuffer) -> ByteBuffer {
        var bytes = payload.part(0, min(128, payload.readableBytes))
        for start in stride(from: 128, to: payload.readableBytes, by: 128) {
            bytes.writeImmutableBuffer(joined(ByteBuffer(hex: "c6"), repetition))
            bytes.writeImmutableBuffer(payload.part(start, min(start + 128, payload.readableBytes)))
        }
        return bytes
    }

    @Test("the field starts at 0xFFFFFF")
    func border() throws {
        try expect(
            ByteBuffer(hex: "06 fffffe 000001 09 01000000 aa"), reads: [video(at: 0xFF_FFFE, ByteBuffer(hex: "aa"))])
        try expect(
            ByteBuffer(hex: "06 ffffff 000001 09 01000000 00ffffff aa"),
            reads: [video(at: 0xFF_FFFF, ByteBuffer(hex: "aa"))])
        // A value that would have fitted is taken all the same.
        try expect(
            ByteBuffer(hex: "06 ffffff 000001 09 01000000 00000005 aa"), reads: [video(at: 5, ByteBuffer(hex: "aa"))])
    }

    @Test("a message in several chunks reads the same from those who repeat it and those who do not")
    func bothDialects() throws {
        let payload = counting(250)
        try expect(full(payload, repetition: repeated), reads: [video(at: late, payload)])
        try expect(full(payload, repetition: none), reads: [video(at: late, payload)])
    }

    @Test("an extended delta is a delta, and may be repeated as such or as the absolute timestamp")
    func extendedDelta() throws {
        let payload = counting(200)
        for repetition in ["01036607", "0103666b", ""] {
            let bytes = joined(
                ByteBuffer(hex: "06 000064 000001 09 01000000 aa 46 ffffff 0000c8 09 01036607"),
                chunks(payload, repetition: ByteBuffer(hex: repetition)))
            try expect(bytes, reads: [video(at: 100, ByteBuffer(hex: "aa")), video(at: 100 + late, payload)])
        }
    }

    @Test("a negative delta goes back")
    func negativeDelta() throws {
        try expect(
            ByteBuffer(hex: "06 000064 000001 09 01000000 aa 86 ffffff ffffffec bb 46 ffffff 000001 09 fffffff6 cc"),
            reads: [
                video(at: 100, ByteBuffer(hex: "aa")), video(at: 80, ByteBuffer(hex: "bb")),
                video(at: 70, ByteBuffer(hex: "cc")),
            ])
    }

    @Test("what was learnt holds: payload that looks like the timestamp is payload")
    func learntOmission() throws {
        let first = counting(200)
        let second = joined(counting(128), repeated, counting(20))
        try expect(
            joined(full(first, repetition: none), full(second, repetition: none)),
            reads: [video(at: late, first), video(at: late, second)])
    }

    @Test("what was learnt holds: four bytes are the timestamp whatever they say")
    func learntRepetition() throws {
        let first = counting(200)
        let second = counting(220)
        try expect(
            joined(full(first, repetition: repeated), full(second, repetition: ByteBuffer(hex: "00000000"))),
            reads: [video(at: late, first), video(at: late, second)])
    }

    @Test("tails shorter than a timestamp are read right in both dialects", arguments: [1, 2, 3, 4])
    func shortTails(tail: Int) throws {
        let payload = counting(128 + tail)
        let next = ByteBuffer(hex: "06 000001 000001 09 01000000 aa")
        let messages = [video(at: late, payload), video(at: 1, ByteBuffer(hex: "aa"))]
        try expect(joined(full(payload, repetition: repeated), next), reads: messages)
        try expect(joined(full(payload, repetition: none), next), reads: messages)
    }

    @Test("a type 3 that starts a message repeats it or not, whatever happens within messages")
    func starts() throws {
        let payload = counting(200)
        let messages = [
            video(at: late, payload), video(at: late &* 2, payload), video(at: late &* 3, payload),
            video(at: 7, ByteBuffer(hex: "aa")),
        ]
        let end = ByteBuffer(hex: "06 000007 000001 09 01000000 aa")
        for within in [repeated, none] {
            for start in [repeated, none] {
                let again = joined(ByteBuffer(hex: "c6"), start, chunks(payload, repetition: within))
                try expect(joined(full(payload, repetition: within), again, again, end), reads: messages)
            }
        }
    }

    @Test("a start that repeats the new absolute timestamp is understood")
    func absoluteStart() throws {
        try expect(
            ByteBuffer(hex: "06 ffffff 000001 09 01000000 01000000 aa c6 02000000 bb"),
            reads: [video(at: 0x100_0000, ByteBuffer(hex: "aa")), video(at: 0x200_0000, ByteBuffer(hex: "bb"))])
    }

    @Test("a header without the field ends the repetition")
    func endOfRepetition() throws {
        let payload = counting(200)
        try expect(
            joined(
                full(payload, repetition: repeated), ByteBuffer(hex: "86 000014"), chunks(payload, repetition: none)),
            reads: [video(at: late, payload), video(at: late + 20, payload)])
    }
}
