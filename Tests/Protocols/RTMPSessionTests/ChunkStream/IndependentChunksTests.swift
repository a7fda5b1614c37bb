import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Chunks that viewers share")
struct IndependentChunksTests {
    @Test(
        "prefix and payload are one body, wherever the chunks end", arguments: [1, 2, 4, 5, 6, 128, 1000, 0x7FFF_FFFF],
        [0, 0x100_0000] as [UInt32])
    func joins(chunkSize: Int, timestamp: UInt32) throws {
        for lengths in [(0, 0), (5, 0), (0, 5), (5, 1), (5, 300), (128, 128)] {
            let prefix = counting(lengths.0)
            let payload = counting(lengths.1, from: UInt8(lengths.0))
            var bytes = joined(
                ByteBuffer(hex: "02 000000 000004 01 00000000"), ByteBuffer(integer: UInt32(chunkSize)))
            IndependentChunks.write(
                type: .video, timestamp: timestamp, messageStreamID: 1, chunkStreamID: 6, prefix: prefix,
                payload: payload, chunkSize: chunkSize, into: &bytes)
            #expect(
                try readMessages([bytes]).last
                    == RTMPMessage(
                        type: .video, timestamp: timestamp, messageStreamID: 1,
                        payload: counting(lengths.0 + lengths.1)))
        }
    }

    @Test("the bytes are those of a writer at its first message")
    func matchesWriter() {
        for timestamp in [0, 1000, 0xFF_FFFF, 0x8000_0000] as [UInt32] {
            for id in [6, 64, 320] as [UInt32] {
                let message = RTMPMessage(
                    type: .video, timestamp: timestamp, messageStreamID: 7, payload: counting(500))
                var writer = ChunkStreamWriter(chunkSize: 100)
                var written = ByteBuffer()
                writer.write(message, chunkStreamID: id, into: &written)
                var independent = ByteBuffer()
                IndependentChunks.write(
                    type: .video, timestamp: timestamp, messageStreamID: 7, chunkStreamID: id,
                    payload: message.payload, chunkSize: 100, into: &independent)
                #expect(independent.hex == written.hex)
            }
        }
    }

    @Test("a reader understands them whatever came before on their chunk stream")
    func independence() throws {
        let before = [
            "46 00000a 000001 08 aa", "06 ffffff 000001 08 05000000 12345678 aa",
            "06 000064 000001 09 01000000 aa 86 000014 bb c6 cc", "06 000064 000000 09 01000000",
        ]
        var shared = ByteBuffer()
        IndependentChunks.write(
            type: .video, timestamp: 40, messageStreamID: 1, chunkStreamID: 6, prefix: counting(5),
            payload: counting(300), chunkSize: 128, into: &shared)
        let message = try readMessages([shared]).last
        #expect(message?.payload == joined(counting(5), counting(300)))
        for hex in before {
            #expect(try readMessages([ByteBuffer(hex: hex), shared, shared]).suffix(2) == [message, message])
        }
    }
}
