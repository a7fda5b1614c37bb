import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("VP8 and VP9")
struct VPTests {
    @Test("a record with and without the box's version and flags, kept without")
    func record() throws {
        let configuration = try CodecConfiguration.vp9(record: CodecSamples.vp9)
        #expect(configuration.record.hex == "000b820202020000")
        #expect(try CodecConfiguration.vp9(record: configuration.record) == configuration)
        #expect(configuration.video == nil)
        let tenBit = try VPCodecConfigurationRecord(parsing: CodecSamples.vp9TenBit)
        #expect(
            tenBit
                == VPCodecConfigurationRecord(
                    profile: 2, level: 10, bitDepth: 10, chromaSubsampling: .yuv420Colocated,
                    color: ColorDescription(matrixCoefficients: 9)))
    }

    @Test("the size comes from the first key frame")
    func size() throws {
        let before = try CodecConfiguration.vp9(record: CodecSamples.vp9)
        let after = before.withSize(fromKeyFrame: CodecSamples.vp9KeyFrame)
        #expect(after.video == VideoFormat(width: 322, height: 182, bitDepth: 8))
        #expect(after.record == before.record)
        #expect(after.withSize(fromKeyFrame: CodecSamples.vp9InterFrame) == after)
        #expect(after.withSize(fromKeyFrame: CodecSamples.vp9KeyFrame) == after)
        let light = try CodecConfiguration.vp9(record: CodecSamples.vp9TenBit)
            .withSize(fromKeyFrame: CodecSamples.vp9TenBitKeyFrame)
        #expect(
            light.video
                == VideoFormat(width: 64, height: 48, bitDepth: 10, color: ColorDescription(matrixCoefficients: 9)))
        #expect(before.withSize(fromKeyFrame: CodecSamples.vp8InterFrame) == before)
    }

    @Test("without a record, the key frame makes one")
    func withoutRecord() throws {
        let nine = try #require(CodecConfiguration.vp9(keyFrame: CodecSamples.vp9KeyFrame))
        #expect(nine.record.hex == "000b820202020000")
        #expect(nine.video?.width == 322)
        #expect(CodecConfiguration.vp9(keyFrame: CodecSamples.vp9InterFrame) == nil)
        let ten = try #require(CodecConfiguration.vp9(keyFrame: CodecSamples.vp9TenBitKeyFrame))
        #expect(ten.record.hex == "020aa20202090000")
        let eight = try #require(CodecConfiguration.vp8(keyFrame: CodecSamples.vp8KeyFrame))
        #expect(eight.video == VideoFormat(width: 322, height: 182, bitDepth: 8))
        #expect(CodecConfiguration.vp8(keyFrame: CodecSamples.vp8InterFrame) == nil)
    }

    @Test("VP9 frame headers: other profiles, a frame shown again, rubbish")
    func vp9Headers() throws {
        let inter = try #require(VP9FrameHeader(parsing: CodecSamples.vp9InterFrame))
        #expect(!inter.isKeyFrame)
        #expect(inter.picture == nil)
        // Profile 1: 4:4:4 in RGB, 16×16.
        let rgb = try #require(VP9FrameHeader(parsing: ByteBuffer(hex: "a2 498342 e0 00 f0 00 f0")))
        #expect(rgb.profile == 1)
        #expect(rgb.picture?.chromaSubsampling == .yuv444)
        #expect(rgb.picture?.color == ColorDescription(matrixCoefficients: 0, isFullRange: true))
        #expect(VP9FrameHeader(parsing: ByteBuffer(hex: "88"))?.isKeyFrame == false)
        for hex in ["", "00", "c2", "82498343", "824983", "b8"] {
            #expect(VP9FrameHeader(parsing: ByteBuffer(hex: hex))?.picture == nil)
        }
        // RGB in profile 0.
        #expect(VP9FrameHeader(parsing: ByteBuffer(hex: "82 498342 e0 00 f0 00 f0 00")) == nil)
    }

    @Test("VP8 frame headers")
    func vp8Headers() throws {
        let key = try #require(VP8FrameHeader(parsing: CodecSamples.vp8KeyFrame))
        #expect(key.isKeyFrame && key.isShown)
        #expect(key.width == 322)
        #expect(key.height == 182)
        let inter = try #require(VP8FrameHeader(parsing: CodecSamples.vp8InterFrame))
        #expect(!inter.isKeyFrame)
        #expect(inter.width == nil)
        for hex in ["", "1067", "106700 9d012b 4201b600", "106700 9d012a 0000b600", "1e6700 9d012a 4201b600"] {
            #expect(VP8FrameHeader(parsing: ByteBuffer(hex: hex)) == nil)
        }
    }

    @Test("the level follows from size and rate")
    func levels() {
        #expect(VPCodecConfigurationRecord.level(width: 256, height: 144, frameRate: 15) == 10)
        #expect(VPCodecConfigurationRecord.level(width: 1280, height: 720, frameRate: 30) == 31)
        #expect(VPCodecConfigurationRecord.level(width: 1920, height: 1080) == 40)
        #expect(VPCodecConfigurationRecord.level(width: 1920, height: 1080, frameRate: 60) == 41)
        #expect(VPCodecConfigurationRecord.level(width: 3840, height: 2160, frameRate: 60) == 51)
        #expect(VPCodecConfigurationRecord.level(width: 65_536, height: 65_536) == 0)
    }

    @Test("what is wrong with a record is told by name")
    func faults() {
        func fault(_ hex: String) -> ConfigurationRecordFault? {
            do throws(ConfigurationRecordFault) {
                _ = try VPCodecConfigurationRecord(parsing: ByteBuffer(hex: hex))
                return nil
            } catch { return error }
        }
        #expect(fault("") == .truncated)
        #expect(fault("01000000 000b82") == .truncated)
        #expect(fault("040b820202020000") == .reservedValue(4))
        #expect(fault("000b720202020000") == .reservedValue(7))
        #expect(fault("000b8a0202020000") == .reservedValue(5))
        #expect(fault("000b82020202") == nil)
    }
}
