import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("Enhanced RTMP: headers")
struct ExTagHeaderTests {
    @Test(
        "video headers are written as they are read",
        arguments: [
            (
                "90 68766331",
                ExVideoTagHeader(frameType: .key, packetType: .sequenceStart, layout: .defaultTrack(.hevc))
            ),
            ("91 61763031", .init(frameType: .key, packetType: .codedFrames, layout: .defaultTrack(.av1))),
            ("a3 76766331", .init(frameType: .inter, packetType: .codedFramesX, layout: .defaultTrack(.vvc))),
            ("b3 61766331", .init(frameType: .disposableInter, packetType: .codedFramesX, layout: .defaultTrack(.avc))),
            ("92 76703038", .init(frameType: .key, packetType: .sequenceEnd, layout: .defaultTrack(.vp8))),
            ("d4 76703039", .init(frameType: .command, packetType: .metadata, layout: .defaultTrack(.vp9))),
            ("84 68766331", .init(frameType: nil, packetType: .metadata, layout: .defaultTrack(.hevc))),
            ("95 61763031", .init(frameType: .key, packetType: .mpeg2TSSequenceStart, layout: .defaultTrack(.av1))),
            ("96 00 61766331", .init(frameType: .key, packetType: .sequenceStart, layout: .oneTrack(.avc))),
            ("a6 11 68766331", .init(frameType: .inter, packetType: .codedFrames, layout: .manyTracks(.hevc))),
            ("96 20", .init(frameType: .key, packetType: .sequenceStart, layout: .manyTracksManyCodecs)),
            ("86 04 68766331", .init(frameType: nil, packetType: .metadata, layout: .oneTrack(.hevc))),
            ("d0 00", .init(command: .startSeek)), ("d0 01", .init(command: .endSeek)),
            (
                "97 02 0f423f 01 68766331",
                .init(
                    frameType: .key, modEx: [ModEx(nanoseconds: 999_999)], packetType: .codedFrames,
                    layout: .defaultTrack(.hevc))
            ),
            (
                "a7 02 000001 06 03 61766331",
                .init(
                    frameType: .inter, modEx: [ModEx(nanoseconds: 1)], packetType: .codedFramesX,
                    layout: .oneTrack(.avc))
            ),
        ])
    func video(hex: String, header: ExVideoTagHeader) throws {
        var body = ByteBuffer(hex: hex + "a5")
        #expect(try ExVideoTagHeader(reading: &body) == header)
        #expect(body.hex == "a5")
        var written = ByteBuffer()
        header.write(into: &written)
        #expect(written == ByteBuffer(hex: hex))
    }

    @Test(
        "audio headers are written as they are read",
        arguments: [
            ("90 4f707573", ExAudioTagHeader(packetType: .sequenceStart, layout: .defaultTrack(.opus))),
            ("91 664c6143", .init(packetType: .codedFrames, layout: .defaultTrack(.flac))),
            ("92 61632d33", .init(packetType: .sequenceEnd, layout: .defaultTrack(.ac3))),
            ("94 6d703461", .init(packetType: .multichannelConfig, layout: .defaultTrack(.aac))),
            ("95 01 2e6d7033", .init(packetType: .codedFrames, layout: .oneTrack(.mp3))),
            ("95 14 65632d33", .init(packetType: .multichannelConfig, layout: .manyTracks(.eac3))),
            ("95 21", .init(packetType: .codedFrames, layout: .manyTracksManyCodecs)),
            (
                "97 02 000064 05 01 4f707573",
                .init(packetType: .codedFrames, modEx: [ModEx(nanoseconds: 100)], layout: .oneTrack(.opus))
            ),
        ])
    func audio(hex: String, header: ExAudioTagHeader) throws {
        var body = ByteBuffer(hex: hex + "a5")
        #expect(try ExAudioTagHeader(reading: &body) == header)
        #expect(body.hex == "a5")
        var written = ByteBuffer()
        header.write(into: &written)
        #expect(written == ByteBuffer(hex: hex))
    }

    @Test("modifiers have 1 to 65,536 bytes, in one size byte or three", arguments: [1, 3, 255, 256, 257, 65_536])
    func modExSizes(count: Int) throws {
        let payload = ByteBuffer(repeating: 0xA5, count: count)
        let modEx = try #require(ModEx(type: 9, payload: payload))
        let header = ExAudioTagHeader(
            packetType: .codedFrames, modEx: [modEx, ModEx(nanoseconds: 7)], layout: .defaultTrack(.opus))
        var bytes = ByteBuffer()
        header.write(into: &bytes)
        #expect(bytes.readableBytes == 1 + (count < 256 ? 1 : 3) + count + 1 + 5 + 4)
        #expect(try ExAudioTagHeader(reading: &bytes) == header)
    }

    @Test("modifiers that cannot be said are none")
    func impossibleModEx() {
        #expect(ModEx(type: 1, payload: ByteBuffer()) == nil)
        #expect(ModEx(type: 1, payload: ByteBuffer(repeating: 0, count: 65_537)) == nil)
        #expect(ModEx(type: 16, payload: ByteBuffer(hex: "00")) == nil)
        #expect(ModEx(nanoseconds: 2_000_000).nanoseconds == 999_999)
        #expect(ModEx(type: 0, payload: ByteBuffer(hex: "0f4240"))?.nanoseconds == nil)
        #expect(ModEx(type: 0, payload: ByteBuffer(hex: "0f42"))?.nanoseconds == nil)
        #expect(ModEx(type: 0, payload: ByteBuffer(hex: "00000105"))?.nanoseconds == 1)
        #expect(ModEx(type: 1, payload: ByteBuffer(hex: "000001"))?.nanoseconds == nil)
    }

    @Test("faults name what stood there")
    func faults() {
        #expect(fault(video: "") == .truncatedHeader)
        #expect(fault(video: "90 687663") == .truncatedHeader)
        #expect(fault(video: "96") == .truncatedHeader)
        #expect(fault(video: "96 00 6176") == .truncatedHeader)
        #expect(fault(video: "d1") == .truncatedHeader)
        #expect(fault(video: "d1 02") == .unknownVideoCommand(2))
        #expect(fault(video: "98 68766331") == .unknownPacketType(8))
        #expect(fault(video: "96 06 68766331") == .nestedMultitrack(.video))
        #expect(fault(video: "96 07 68766331") == .unknownPacketType(7))
        #expect(fault(video: "96 31 68766331") == .unknownMultitrackType(3))
        #expect(fault(video: "81 68766331") == .unknownFrameType(0))
        #expect(fault(video: "e3 68766331") == .unknownFrameType(6))
        #expect(fault(video: "80 68766331") == nil)
        #expect(fault(video: "97") == .truncatedHeader)
        #expect(fault(video: "97 02 0000") == .truncatedHeader)
        #expect(fault(video: "97 02 000000") == .truncatedHeader)
        #expect(fault(video: "97 ff") == .truncatedHeader)
        #expect(fault(video: "97 ff ffff 00") == .truncatedHeader)
        #expect(fault(audio: "93 4f707573") == .unknownPacketType(3))
        #expect(fault(audio: "96 4f707573") == .unknownPacketType(6))
        #expect(fault(audio: "95 05 4f707573") == .nestedMultitrack(.audio))
        #expect(fault(audio: "95 f0 4f707573") == .unknownMultitrackType(15))
        #expect(fault(audio: "97 " + String(repeating: "00 aa 17", count: 15) + "00 aa 11 4f707573") == nil)
        #expect(fault(audio: "97 " + String(repeating: "00 aa 17", count: 40)) == .modExChainTooLong)
    }

    private func fault(video hex: String) -> FLVFault? {
        var body = ByteBuffer(hex: hex)
        do throws(FLVFault) {
            _ = try ExVideoTagHeader(reading: &body)
            return nil
        } catch {
            return error
        }
    }

    private func fault(audio hex: String) -> FLVFault? {
        var body = ByteBuffer(hex: hex)
        do throws(FLVFault) {
            _ = try ExAudioTagHeader(reading: &body)
            return nil
        } catch {
            return error
        }
    }

    @Test("FourCCs are the numbers of the specification, in both directions")
    func fourCC() {
        let numbers: [(FourCC, UInt32, String, Codec)] = [
            (.vp8, 1_987_063_864, "vp08", .vp8), (.vp9, 1_987_063_865, "vp09", .vp9),
            (.av1, 1_635_135_537, "av01", .av1), (.avc, 1_635_148_593, "avc1", .h264),
            (.hevc, 1_752_589_105, "hvc1", .h265), (.vvc, 1_987_470_129, "vvc1", .h266),
            (.ac3, 1_633_889_587, "ac-3", .ac3), (.eac3, 1_700_998_451, "ec-3", .eac3),
            (.opus, 1_332_770_163, "Opus", .opus), (.mp3, 778_924_083, ".mp3", .mp3),
            (.flac, 1_716_281_667, "fLaC", .flac), (.aac, 1_836_069_985, "mp4a", .aac),
        ]
        #expect(numbers.count == FourCC.known.count)
        for (fourCC, number, text, codec) in numbers {
            #expect(fourCC.rawValue == number)
            #expect(fourCC.description == text)
            #expect(FourCC(text) == fourCC)
            #expect(fourCC.codec == codec)
            #expect(FourCC(codec) == fourCC)
        }
        #expect(FourCC("abcde") == nil)
        #expect(FourCC("abc") == nil)
        #expect(FourCC(.speex) == nil)
        #expect(FourCC(rawValue: 1).codec == nil)
        #expect(FourCC(rawValue: 0x6100_ff7a).description == "a??z")
    }
}
