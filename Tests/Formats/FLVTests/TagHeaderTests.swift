import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV tag headers")
struct TagHeaderTests {
    private func fault(audio hex: String) -> FLVFault? {
        var body = ByteBuffer(hex: hex)
        do throws(FLVFault) {
            _ = try AudioTagHeader(reading: &body)
            return nil
        } catch { return error }
    }

    private func fault(video hex: String) -> FLVFault? {
        var body = ByteBuffer(hex: hex)
        do throws(FLVFault) {
            _ = try VideoTagHeader(reading: &body)
            return nil
        } catch { return error }
    }

    @Test("every first byte of an audio tag survives the round trip")
    func audioRoundTrip() throws {
        for first in UInt8.min...UInt8.max where ![9, 12].contains(first >> 4) {
            for packetType in first >> 4 == 10 ? ["00", "01"] : [""] {
                let bytes = ByteBuffer(hex: ByteBuffer(integer: first).hex + packetType)
                var body = bytes
                body.writeInteger(0x77 as UInt8)
                let header = try AudioTagHeader(reading: &body)
                #expect(body.hex == "77")
                var written = ByteBuffer()
                header.write(into: &written)
                #expect(written == bytes)
            }
        }
    }

    @Test("every first byte of a video tag survives the round trip, with signed composition times")
    func videoRoundTrip() throws {
        for frameType in 1...4 as ClosedRange<UInt8> {
            for codecID in FLVVideoCodecID.allCases {
                for rest in codecID.hasPacketType ? ["01000000", "01000028", "01ffffd8", "01800000", "00000000"] : [""]
                {
                    let bytes = ByteBuffer(hex: ByteBuffer(integer: frameType << 4 | codecID.rawValue).hex + rest)
                    var body = bytes
                    let header = try VideoTagHeader(reading: &body)
                    #expect(body.readableBytes == 0)
                    #expect(header.frameType.rawValue == frameType)
                    if rest == "01ffffd8" { #expect(header.compositionTime == -40) }
                    var written = ByteBuffer()
                    header.write(into: &written)
                    #expect(written == bytes)
                }
            }
        }
    }

    @Test("a sequence header has no composition time, whatever stands there")
    func sequenceHeader() throws {
        var body = ByteBuffer(hex: "1700123456 01")
        let header = try VideoTagHeader(reading: &body)
        #expect(header == VideoTagHeader(frameType: .key, codecID: .avc, packetType: .sequenceHeader))
        #expect(body.hex == "01")
    }

    @Test("codecs map both ways, and each number to another")
    func codecs() {
        #expect(Set(FLVSoundFormat.allCases.map(\.codec)).count == FLVSoundFormat.allCases.count)
        #expect(Set(FLVVideoCodecID.allCases.map(\.codec)).count == FLVVideoCodecID.allCases.count)
        for format in FLVSoundFormat.allCases {
            #expect(format.codec.kind == .audio)
            #expect(FLVSoundFormat(format.codec) == format)
        }
        for id in FLVVideoCodecID.allCases {
            #expect(id.codec.kind == .video)
            #expect(FLVVideoCodecID(id.codec) == id)
        }
        #expect(FLVSoundFormat(.flac) == nil)
        #expect(FLVVideoCodecID(.h266) == nil)
        #expect(FLVVideoCodecID.hevc.rawValue == 12)
        #expect(FLVSoundFormat.opus.rawValue == 13)
    }

    @Test("faults name what stood there")
    func faults() {
        #expect(fault(audio: "") == .truncatedHeader)
        #expect(fault(audio: "af") == .truncatedHeader)
        #expect(fault(audio: "af02") == .unknownPacketType(2))
        #expect(fault(audio: "c0") == .unknownSoundFormat(12))
        #expect(fault(audio: "90 4f707573") == .unexpectedExtendedHeader(.audio, packetType: 0))
        #expect(fault(video: "") == .truncatedHeader)
        #expect(fault(video: "17") == .truncatedHeader)
        #expect(fault(video: "17010000") == .truncatedHeader)
        #expect(fault(video: "1703000000") == .unknownPacketType(3))
        #expect(fault(video: "07") == .unknownFrameType(0))
        #expect(fault(video: "67") == .unknownFrameType(6))
        #expect(fault(video: "10") == .unknownVideoCodec(0))
        #expect(fault(video: "1a") == .unknownVideoCodec(10))
        #expect(fault(video: "91 68766331") == .unexpectedExtendedHeader(.video, packetType: 1))
        #expect(fault(video: "57") == nil)
    }
}
