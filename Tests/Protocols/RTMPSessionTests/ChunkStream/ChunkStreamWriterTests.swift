import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Writing chunks")
struct ChunkStreamWriterTests {
    private func write(
        _ messages: [(UInt32, String)], type: RTMPMessageType = .video, stream: UInt32 = 1, id: UInt32 = 6
    ) -> String {
        var writer = ChunkStreamWriter()
        var bytes = ByteBuffer()
        for (timestamp, payload) in messages {
            let message = RTMPMessage(
                type: type, timestamp: timestamp, messageStreamID: stream, payload: ByteBuffer(hex: payload))
            #expect(writer.write(message, chunkStreamID: id, into: &bytes))
        }
        return bytes.hex
    }

    private func hex(_ text: String) -> String { ByteBuffer(hex: text).hex }

    @Test("headers are as short as they can be")
    func compression() {
        #expect(
            write([(100, "aa"), (110, "bbbb"), (130, "cccc"), (150, "dddd"), (160, "eeee")])
                == hex(
                    "06 000064 000001 09 01000000 aa 46 00000a 000002 09 bbbb 86 000014 cccc c6 dddd 86 00000a eeee"))
    }

    @Test("type 3 never follows a full header whose timestamp could be taken for a delta")
    func noType3AfterType0() {
        #expect(write([(26, "aa"), (52, "bb")]) == hex("06 00001a 000001 09 01000000 aa 86 00001a bb"))
        #expect(write([(26, "aa"), (26, "bb")]) == hex("06 00001a 000001 09 01000000 aa 86 000000 bb"))
        #expect(write([(0, "aa"), (0, "bb")]) == hex("06 000000 000001 09 01000000 aa c6 bb"))
    }

    @Test("a timestamp that goes back, or jumps by more than 24 bits, takes a full header")
    func fullHeaders() {
        #expect(
            write([(100, "aa"), (99, "bb"), (99 + 0xFF_FFFF, "cc")])
                == hex(
                    """
                    06 000064 000001 09 01000000 aa 06 000063 000001 09 01000000 bb
                    06 ffffff 000001 09 01000000 01000062 cc
                    """))
        #expect(
            write([(0xFFFF_FFF0, "aa"), (0x10, "bb")])
                == hex("06 ffffff 000001 09 01000000 fffffff0 aa 86 000020 bb"))
    }

    @Test("an extended timestamp is repeated on every chunk that goes on")
    func repetition() {
        let payload = counting(300)
        let message = RTMPMessage(type: .video, timestamp: 0x0103_6607, messageStreamID: 1, payload: payload)
        let expected = joined(
            ByteBuffer(hex: "06 ffffff 00012c 09 01000000 01036607"), payload.part(0, 128),
            ByteBuffer(hex: "c6 01036607"), payload.part(128, 256), ByteBuffer(hex: "c6 01036607"),
            payload.part(256, 300))
        var writer = ChunkStreamWriter()
        var bytes = ByteBuffer()
        writer.write(message, chunkStreamID: 6, into: &bytes)
        #expect(bytes.hex == expected.hex)
    }

    @Test("chunk stream ids take their shortest form, and impossible ones are refused")
    func chunkStreamIDs() {
        #expect(write([(0, "")], id: 63).hasPrefix("3f"))
        #expect(write([(0, "")], id: 64).hasPrefix("0000"))
        #expect(write([(0, "")], id: 319).hasPrefix("00ff"))
        #expect(write([(0, "")], id: 320).hasPrefix("010001"))
        #expect(write([(0, "")], id: 65_599).hasPrefix("01ffff"))
        var writer = ChunkStreamWriter()
        var bytes = ByteBuffer()
        for id in [0, 1, 65_600, .max] as [UInt32] {
            #expect(!writer.write(WireTemplate.all[0].message, chunkStreamID: id, into: &bytes))
        }
        #expect(bytes.readableBytes == 0)
    }

    @Test("a message that is too long is not written")
    func tooLong() {
        let payload = ByteBuffer(repeating: 0, count: 0x100_0000)
        var writer = ChunkStreamWriter()
        var bytes = ByteBuffer()
        let message = RTMPMessage(type: .video, timestamp: 0, messageStreamID: 1, payload: payload)
        #expect(!writer.write(message, chunkStreamID: 6, into: &bytes))
        #expect(
            !IndependentChunks.write(
                type: .video, timestamp: 0, messageStreamID: 1, chunkStreamID: 6, prefix: ByteBuffer(hex: "00"),
                payload: payload.part(0, 0xFF_FFFF), chunkSize: 4096, into: &bytes))
        #expect(bytes.readableBytes == 0)
    }
}
