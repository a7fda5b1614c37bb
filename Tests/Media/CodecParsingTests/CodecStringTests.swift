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

    @Test("H.265 by profile, reversed compatibility flags, tier, level and constraints")
    func hevc() throws {
        #expect(try CodecConfiguration.hevc(record: CodecSamples.hevc).codecString == "hvc1.1.6.L60.90")
        #expect(try CodecConfiguration.hevc(record: CodecSamples.hevcHDR).codecString == "hvc1.2.4.L120.90")
        // ISO/IEC 14496-15 §E.3: trailing bytes of zero are dropped, bytes between stay.
        func string(_ general: String) throws -> String? {
            try CodecConfiguration.hevc(record: ByteBuffer(hex: "01\(general)f000fcfdf8f800000f00")).codecString
        }
        #expect(try string("01 60000000 b00000000000 5d") == "hvc1.1.6.L93.B0")
        #expect(try string("a4 08000001 900008000000 99") == "hvc1.B4.80000010.H153.90.0.8")
        #expect(try string("64 10000000 000000000001 1e") == "hvc1.A4.8.H30.0.0.0.0.0.1")
        #expect(try string("01 60000000 000000000000 5d") == "hvc1.1.6.L93")
    }

    @Test("H.266 by profile, tier, level and constraints")
    func vvc() throws {
        #expect(try CodecConfiguration.vvc(record: CodecSamples.vvc).codecString == "vvc1.1.L16.CQA")
    }

    @Test("AV1 with a tail only when it is not what everybody assumes")
    func av1() throws {
        #expect(try CodecConfiguration.av1(record: CodecSamples.av1).codecString == "av01.0.00M.08")
        #expect(try CodecConfiguration.av1(record: CodecSamples.av1HDR).codecString == "av01.0.05M.10.0.110.09.16.09.0")
        #expect(
            try CodecConfiguration.av1(record: CodecSamples.av1FullChroma).codecString
                == "av01.1.00M.08.0.000.02.02.02.0")
        #expect(try CodecConfiguration.av1(record: ByteBuffer(hex: "81048c00")).codecString == "av01.0.04H.08")
    }

    @Test("VP9 with a tail only when it is not what everybody assumes, and VP8")
    func vp() throws {
        #expect(try CodecConfiguration.vp9(record: CodecSamples.vp9).codecString == "vp09.00.11.08")
        #expect(
            try CodecConfiguration.vp9(record: CodecSamples.vp9TenBit).codecString == "vp09.02.10.10.01.02.02.09.00")
        #expect(
            try CodecConfiguration.vp9(record: ByteBuffer(hex: "0133860101010000")).codecString
                == "vp09.01.51.08.03.01.01.01.00")
        // Without a level, it follows from the size.
        let bare = try CodecConfiguration.vp9(record: ByteBuffer(hex: "0000820202020000"))
        #expect(bare.codecString == nil)
        #expect(bare.withSize(fromKeyFrame: CodecSamples.vp9KeyFrame).codecString == "vp09.00.11.08")
        #expect(CodecConfiguration.vp8(keyFrame: CodecSamples.vp8KeyFrame)?.codecString == "vp08.00.11.08")
    }

    @Test("sounds by their sample entries")
    func sounds() throws {
        #expect(try CodecConfiguration.opus(record: ByteBuffer()).codecString == "opus")
        #expect(try CodecConfiguration.flac(record: CodecSamples.flac24).codecString == "fLaC")
        #expect(CodecConfiguration.ac3(firstFrame: CodecSamples.ac3Mono)?.codecString == "ac-3")
        #expect(CodecConfiguration.eac3(firstFrame: CodecSamples.eac3Mono)?.codecString == "ec-3")
    }

    @Test("MP3, and codecs that browsers have no name for")
    func others() {
        #expect(CodecConfiguration(audio: .mp3).codecString == "mp4a.40.34")
        #expect(CodecConfiguration(audio: .speex).codecString == nil)
        #expect(CodecConfiguration(video: .vp6).codecString == nil)
    }
}
