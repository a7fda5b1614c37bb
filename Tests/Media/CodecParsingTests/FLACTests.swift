import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLAC")
struct FLACTests {
    @Test("34, 38, 42 and more bytes come to the same 34")
    func forms() throws {
        let file = CodecSamples.flacFile
        let bare = try #require(file.getSlice(at: 8, length: 34))
        let headed = try #require(file.getSlice(at: 4, length: 38))
        let format = AudioFormat(sampleRate: 44_100, channelCount: 2, samplesPerFrame: 1024)
        for bytes in [bare, headed, file] {
            let configuration = try CodecConfiguration.flac(record: bytes)
            #expect(configuration.record == bare)
            #expect(configuration.audio == format)
        }
        let deep = try CodecConfiguration.flac(record: CodecSamples.flac24)
        #expect(
            deep.audio
                == AudioFormat(sampleRate: 48_000, channelCount: 2, samplesPerFrame: 1098, bitsPerSample: 24))
    }

    @Test("what is wrong with the block is told by name")
    func faults() throws {
        for part in CodecSamples.flacFile.truncations where part.readableBytes < 42 {
            #expect(throws: ConfigurationRecordFault.truncated) { try FLACStreamInfo(parsing: part) }
        }
        let bare = CodecSamples.flacFile.hex.dropFirst(16).prefix(68)
        func fault(_ hex: String) -> ConfigurationRecordFault? {
            do throws(ConfigurationRecordFault) {
                _ = try FLACStreamInfo(parsing: ByteBuffer(hex: hex))
                return nil
            } catch { return error }
        }
        #expect(fault("000f" + bare.dropFirst(4)) == .reservedValue(15))
        #expect(fault("04000300" + bare.dropFirst(8)) == .reservedValue(1024))
        #expect(fault(bare.prefix(20) + "000002f0" + bare.dropFirst(28)) == .absurdSampleRate(0))
        #expect(fault(bare.prefix(20) + "0ac44000" + bare.dropFirst(28)) == .reservedValue(1))
    }

    @Test("the block size of a frame")
    func frames() {
        #expect(FLACFrameHeader(parsing: CodecSamples.flacFrame)?.blockSize == 1024)
        #expect(FLACFrameHeader(parsing: CodecSamples.flac24Frame)?.blockSize == 1098)
        func size(_ hex: String) -> Int? { FLACFrameHeader(parsing: ByteBuffer(hex: hex))?.blockSize }
        #expect(size("fff81900 00") == 192)
        #expect(size("fff82900 00") == 576)
        #expect(size("fff85900 00") == 4608)
        #expect(size("fff8f900 00") == 32_768)
        #expect(size("fff86900 00 10") == 17)
        #expect(size("fff87900 c280 ffff") == 65_536)
        #expect(size("fff97900 fe8080808080 80 000f") == 16)
        for hex in [
            "", "fff8", "fff80900 00", "fff86900 00", "fffa1900 00", "fff81901 00", "fff81900 80", "fff81900 ff00",
            "fff81900 e280",
        ] {
            #expect(size(hex) == nil)
        }
    }
}
