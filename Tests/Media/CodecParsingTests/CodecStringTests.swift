import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("Codec strings")
struct CodecStringTests {
    @Test("H.264 by profile, constraints and level")
    func avc() throws {
        #expect(try CodecConfiguration.avc(record: AVCSamples.fullHD).codecString == "avc1.640028")
        #expect(try CodecConfiguration.avc(record: AVCSamples.tiny).codecString == "avc1.42c00a")
        // The record's own bytes are zero; the parameter set is right.
        let wrong = ByteBuffer(hex: "01000000ffe100046742c01e01000168")
        #expect(try CodecConfiguration.avc(record: wrong).codecString == "avc1.42c01e")
        let bare = ByteBuffer(hex: "014d401fffe000")
        #expect(try CodecConfiguration.avc(record: bare).codecString == "avc1.4d401f")
        #expect(CodecConfiguration(video: .h264).codecString == nil)
    }

    @Test("AAC by object type")
    func aac() throws {
        #expect(try CodecConfiguration.aac(record: ByteBuffer(hex: "1210")).codecString == "mp4a.40.2")
        #expect(try CodecConfiguration.aac(record: ByteBuffer(hex: "2b118800")).codecString == "mp4a.40.5")
        #expect(try CodecConfiguration.aac(record: ByteBuffer(hex: "eb098800")).codecString == "mp4a.40.29")
        #expect(try CodecConfiguration.aac(record: ByteBuffer(hex: "131056e598")).codecString == "mp4a.40.5")
        #expect(CodecConfiguration(audio: .aac).codecString == nil)
    }

    @Test("MP3, and codecs that browsers have no name for")
    func others() {
        #expect(CodecConfiguration(audio: .mp3).codecString == "mp4a.40.34")
        #expect(CodecConfiguration(audio: .speex).codecString == nil)
        #expect(CodecConfiguration(video: .vp6).codecString == nil)
    }
}
