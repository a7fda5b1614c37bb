import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("The examples of RTMP 1.0 §5.3.2")
struct SpecificationExampleTests {
    /// §5.3.2.1: four audio messages of 32 bytes on message stream 12345, 20 ms apart.
    private let audio = (0..<4).map { index in
        RTMPMessage(
            type: .audio, timestamp: 1000 + 20 * UInt32(index), messageStreamID: 12345,
            payload: counting(32, from: UInt8(index)))
    }
    private var audioBytes: ByteBuffer {
        joined(
            ByteBuffer(hex: "03 0003e8 000020 08 39300000"), audio[0].payload,
            ByteBuffer(hex: "83 000014"), audio[1].payload,
            ByteBuffer(hex: "c3"), audio[2].payload,
            ByteBuffer(hex: "c3"), audio[3].payload)
    }

    /// §5.3.2.2: a video message of 307 bytes on message stream 12346, cut at 128.
    private let video = RTMPMessage(type: .video, timestamp: 1000, messageStreamID: 12346, payload: counting(307))
    private var videoBytes: ByteBuffer {
        joined(
            ByteBuffer(hex: "04 0003e8 000133 09 3a300000"), video.payload.part(0, 128),
            ByteBuffer(hex: "c4"), video.payload.part(128, 256),
            ByteBuffer(hex: "c4"), video.payload.part(256, 307))
    }

    @Test("audio messages shrink to chunks of 44, 36, 33 and 33 bytes")
    func audioExample() throws {
        #expect(audioBytes.readableBytes == 44 + 36 + 33 + 33)
        try expectMessages(audio, in: audioBytes)
        var writer = ChunkStreamWriter()
        var bytes = ByteBuffer()
        for message in audio { writer.write(message, chunkStreamID: 3, into: &bytes) }
        #expect(bytes.hex == audioBytes.hex)
    }

    @Test("a video message is cut in chunks of 140, 129 and 52 bytes")
    func videoExample() throws {
        #expect(videoBytes.readableBytes == 140 + 129 + 52)
        try expectMessages([video], in: videoBytes)
        var writer = ChunkStreamWriter()
        var bytes = ByteBuffer()
        writer.write(video, chunkStreamID: 4, into: &bytes)
        #expect(bytes.hex == videoBytes.hex)
    }
}
