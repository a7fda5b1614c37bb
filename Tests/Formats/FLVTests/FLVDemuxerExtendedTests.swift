import AMF
import CodecParsing
import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV demuxer: Enhanced RTMP")
struct FLVDemuxerExtendedTests {
    private static let hevcStart = "90 68766331" + Bodies.hevcRecord
    private static let unit = "00000004 2601af11"

    @Test("frames have the composition time of their packet type")
    func compositionTimes() {
        var demuxing = Demuxing()
        demuxing.video(Self.hevcStart)
        demuxing.video("91 68766331 0000c8" + Self.unit)
        demuxing.video("a1 68766331 ffffd8" + Self.unit, at: 40)
        demuxing.video("b3 68766331" + Self.unit, at: 80)
        #expect(demuxing.trackSets.map { $0.map(\.codec) } == [[.h265]])
        #expect(demuxing.trackSets.first?.first?.configuration.video?.width == 32)
        #expect(demuxing.frames.map(\.compositionOffset) == [200, -40, 0])
        #expect(demuxing.frames.map(\.decodeTime) == [0, 40, 80])
        #expect(demuxing.frames.map(\.isSync) == [true, false, false])
        #expect(demuxing.frames.map(\.isDisposable) == [false, false, true])
        #expect(Set(demuxing.frames.map(\.payload.hex)) == ["000000042601af11"])
        #expect(demuxing.demuxer.skippedTagCount == 0)
    }

    @Test("H.265 is repaired as H.264 is: start codes, empty units, parameter sets in the frame")
    func repairs() {
        var demuxing = Demuxing()
        demuxing.video(Self.hevcStart)
        demuxing.video("93 68766331 00000001 2601af11 000001 2601af11")
        demuxing.video("93 68766331 00000000" + Self.unit)
        // A unit that begins with one zero byte, as inter pictures do.
        demuxing.video("a3 68766331 00000003 0001d0")
        #expect(
            demuxing.frames.map(\.payload.hex) == [
                "000000042601af11000000042601af11", "000000042601af11", "000000030001d0",
            ])
    }

    @Test("an H.265 record without parameter sets waits for those in the first key frame")
    func parameterSetsInFrame() throws {
        let record = try HEVCDecoderConfigurationRecord(parsing: ByteBuffer(hex: Bodies.hevcRecord))
        var frame = ByteBuffer()
        for array in record.arrays {
            for unit in array.units { frame.writeLengthPrefixedNALUnit(unit) }
        }
        var demuxing = Demuxing()
        demuxing.video("90 68766331" + Bodies.hevcRecord.prefix(44) + "00")
        demuxing.video("93 68766331" + Self.unit)
        #expect(demuxing.elements.isEmpty)
        #expect(demuxing.demuxer.lastFault == .frameBeforeConfiguration(.h265))
        demuxing.video("93 68766331" + frame.hex + Self.unit)
        #expect(demuxing.frames.map(\.payload.hex) == [frame.hex + "000000042601af11"])
        #expect(demuxing.trackSets.first?.first?.configuration.video?.width == 32)
    }

    @Test("all three layouts bring frames of several tracks at one time")
    func layouts() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video("96 20 61766331 01 000025" + Bodies.avcRecord + "68766331 02 00006b" + Bodies.hevcRecord)
        #expect(demuxing.trackSets.last?.map(\.id) == [.init(.video), .init(.video, 1), .init(.video, 2)])
        #expect(demuxing.trackSets.last?.map(\.codec) == [.h264, .h264, .h265])
        demuxing.video("96 01 68766331 02 000028" + Self.unit, at: 1)
        demuxing.video(
            "a6 11 61766331 00 00000d 000050" + Bodies.interPayload + "01 00000d 000000" + Bodies.interPayload, at: 2)
        demuxing.video("a6 23 61766331 01 00000a" + Bodies.interPayload + "68766331 02 000008" + Self.unit, at: 3)
        demuxing.video(Bodies.interFrame, at: 4)
        #expect(demuxing.frames.map(\.track.id.number) == [2, 0, 1, 1, 2, 0])
        #expect(demuxing.frames.map(\.decodeTime) == [1, 2, 2, 3, 3, 4])
        #expect(demuxing.frames.map(\.compositionOffset) == [40, 80, 0, 0, 0, 0])
        #expect(demuxing.demuxer.skippedTagCount == 0)
        let current = demuxing.trackSets.last ?? []
        #expect(demuxing.frames.allSatisfy { frame in current.contains { $0 === frame.track } })
    }

    @Test("nanoseconds are those of the presentation time, of every track in the message")
    func nanoseconds() {
        var demuxing = Demuxing()
        demuxing.audio("90 4f707573 4f70757348656164 01 01 3801 80bb0000 0000 00")
        demuxing.audio("97 02 07a120 01 4f707573 780b")
        demuxing.audio("97 00 55 17 02 0f4240 01 4f707573 780b")
        demuxing.audio("97 03 00000199 05 11 4f707573 00 000002 780b 01 000002 780c")
        demuxing.audio("91 4f707573 780b")
        #expect(demuxing.frames.map(\.presentationNanoseconds) == [500_000, 0, 1, 1, 0])
    }

    @Test("one bad track of several costs that one, a bad table the message")
    func badTracks() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video("a6 23 61626364 03 000001 aa 61766331 00 00000a" + Bodies.interPayload + "4f707573 01 000001 aa")
        #expect(demuxing.frames.count == 1)
        #expect(demuxing.demuxer.skippedTagCount == 2)
        #expect(demuxing.demuxer.lastFault == .unknownFourCC(.opus))
        demuxing.video("a6 13 61766331 00 00000a" + Bodies.interPayload + "00 0000ff")
        #expect(demuxing.frames.count == 1)
        #expect(demuxing.demuxer.lastFault == .trackBeyondEnd(trackID: 0, size: 255))
        demuxing.video("93 6d703461 00")
        #expect(demuxing.demuxer.lastFault == .unknownFourCC(.aac))
    }

    @Test("no more tracks than the limit, of each kind")
    func tooManyTracks() {
        var demuxing = Demuxing()
        for number in 0...40 {
            let id = ByteBuffer(integer: UInt8(number)).hex
            demuxing.video("96 00 61766331" + id + Bodies.avcRecord)
            demuxing.audio("95 00 6d703461" + id + "1190")
        }
        #expect(demuxing.trackSets.last?.count == 32)
        #expect(demuxing.demuxer.skippedTagCount == 50)
        #expect(demuxing.demuxer.lastFault == .tooManyTracks(.init(.audio, 40)))
    }

    @Test("colours are merged into the track, also when they come first, and taken back")
    func colors() throws {
        var colors = ByteBuffer()
        colors.writeAMF0(["colorInfo", ["colorConfig": ["transferCharacteristics": 16, "colorPrimaries": 9]]])
        var none = ByteBuffer()
        none.writeAMF0(["colorInfo", .undefined])
        var demuxing = Demuxing()
        demuxing.video("84 68766331" + colors.hex)
        #expect(demuxing.elements.isEmpty)
        demuxing.video(Self.hevcStart)
        #expect(demuxing.trackSets.map { $0[0].configuration.video?.color?.dynamicRange } == [.pq])
        demuxing.video("d4 68766331" + colors.hex)
        #expect(demuxing.trackSets.count == 1)
        demuxing.video("d4 68766331" + none.hex)
        #expect(demuxing.trackSets.count == 2)
        let plain = try CodecConfiguration.hevc(record: ByteBuffer(hex: Bodies.hevcRecord))
        #expect(demuxing.trackSets[1][0].configuration == plain)
        demuxing.video("93 68766331" + Self.unit)
        #expect(demuxing.frames.last?.track === demuxing.trackSets[1][0])
        // FFmpeg says those of a further track as if they were of the default one.
        demuxing.video("d4 76766331" + colors.hex)
        #expect(demuxing.trackSets.count == 2)
        #expect(demuxing.demuxer.lastFault == .unexpectedFourCC(.vvc))
        demuxing.video("d4 68766331 0200")
        #expect(demuxing.demuxer.lastFault == .malformedMetadata(.endOfMessage))
    }

    @Test("loudspeakers of AAC in the old form belong to its track and make no second")
    func multichannel() {
        var demuxing = Demuxing()
        demuxing.audio("af00 1190")
        demuxing.audio("94 6d703461 01 02 00000600")
        demuxing.audio("94 6d703461 01 02 00000600")
        demuxing.audio("af01 211004608c1c")
        #expect(demuxing.trackSets.map(\.count) == [1, 1])
        #expect(demuxing.trackSets.last?.first?.configuration.audio?.channelLayout == .native(mask: 0x600))
        #expect(demuxing.frames.first?.track === demuxing.trackSets.last?.first)
        // An order that is unspecified says nothing.
        demuxing.audio("94 6d703461 00 02")
        #expect(
            demuxing.trackSets.last?.first?.configuration.audio?.channelLayout
                == demuxing.trackSets.first?.first?.configuration.audio?.channelLayout)
        demuxing.audio("94 4f707573 01 01 00000004")
        #expect(demuxing.demuxer.lastFault == .unexpectedFourCC(.opus))
    }

    @Test("ends, commands and empty bodies say nothing")
    func silentTags() {
        var demuxing = Demuxing()
        demuxing.video(Self.hevcStart)
        demuxing.audio("90 6d703461 1190")
        for hex in [
            "92 68766331", "d0 00", "d3 01", "90 68766331", "93 68766331", "91 68766331 000000", "96 02 68766331 01",
            "a6 11 68766331",
        ] {
            demuxing.video(hex)
        }
        for hex in ["92 6d703461", "90 6d703461", "91 6d703461", "95 12 6d703461 00 000000 01 000000"] {
            demuxing.audio(hex)
        }
        #expect(demuxing.elements.count == 2)
        #expect(demuxing.demuxer.skippedTagCount == 0)
    }
}
