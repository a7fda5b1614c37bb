import NIOCore
import RTMPSession
import TestSupport
import Testing

@testable import RTMPEndpoint

@Suite("RTMP: messages left out of a player's bytes (RTMP 1.0 §7.2.2.4, §7.2.2.5)")
struct MessageFilterTests {
    private func message(
        _ type: RTMPMessageType, _ body: String, length: Int = 0, timestamp: UInt32 = 40, chunkSize: Int
    ) -> ByteBuffer {
        var payload = ByteBuffer(hex: body)
        payload.writeRepeatingByte(0x55, count: max(0, length - payload.readableBytes))
        var bytes = ByteBuffer()
        IndependentChunks.write(
            type: type, timestamp: timestamp, messageStreamID: 1, chunkStreamID: 4, payload: payload,
            chunkSize: chunkSize, into: &bytes)
        return bytes
    }

    private func joined(_ parts: [ByteBuffer]) -> ByteBuffer {
        parts.reduce(into: ByteBuffer()) { $0.writeImmutableBuffer($1) }
    }

    @Test(
        "what is not wanted goes, whatever its length, chunks and timestamp; headers and data stay",
        arguments: [2, 7, 128, 60_000], [0, 40, 0xFF_FFFE, 0xFF_FFFF, 0xFFFF_FFFF] as [UInt32])
    func kinds(chunkSize: Int, timestamp: UInt32) {
        func make(_ type: RTMPMessageType, _ body: String, _ length: Int = 0) -> ByteBuffer {
            message(type, body, length: length, timestamp: timestamp, chunkSize: chunkSize)
        }
        let data = make(.data, "02000141", 300)
        let videoHeader = make(.video, "1700000000", 50)
        let audioHeader = make(.audio, "af001210")
        let key = make(.video, "1701000000", 1_000)
        let inter = make(.video, "2701000000", 129)
        let sound = make(.audio, "af01", 128)
        let empty = make(.audio, "")
        let all = joined([data, videoHeader, audioHeader, key, sound, empty, inter, sound])
        var silent = MessageFilter(chunkSize: chunkSize)
        silent.wantsAudio = false
        #expect(silent.wanted(of: all) == joined([data, videoHeader, audioHeader, key, inter]))
        #expect(silent.leftOutFrames == 3)
        var blind = MessageFilter(chunkSize: chunkSize)
        blind.wantsVideo = false
        #expect(blind.wanted(of: all) == joined([data, videoHeader, audioHeader, sound, empty, sound]))
        #expect(MessageFilter(chunkSize: chunkSize).passesEverything)
    }

    @Test("pictures come back with a keyframe")
    func keyframe() {
        let key = message(.video, "1701000000", length: 100, chunkSize: 128)
        let inter = message(.video, "2701000000", length: 100, chunkSize: 128)
        let sound = message(.audio, "af01", length: 10, chunkSize: 128)
        var filter = MessageFilter(chunkSize: 128)
        filter.wantsVideo = false
        filter.wantsVideo = true
        #expect(!filter.passesEverything)
        #expect(filter.wanted(of: joined([inter, sound, key, inter])) == joined([sound, key, inter]))
        #expect(filter.passesEverything)
    }
}
