import CodecParsing
import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV demuxer: codecs of Enhanced RTMP")
struct FLVDemuxerCodecTests {
    private static let av1Record = "81000c00 0a0a0000000227fe6d7c8020"
    private static let av1Header = "0a0a0000000227fe6d7c8020"
    private static let av1Frame = "320b1000c000000280000002ce"

    @Test("temporal delimiters of AV1 are taken out")
    func av1Delimiters() {
        var demuxing = Demuxing()
        demuxing.video("90 61763031" + Self.av1Record)
        demuxing.video("91 61763031 1200" + Self.av1Header + Self.av1Frame)
        demuxing.video("a1 61763031 1200")
        #expect(demuxing.frames.map(\.payload.hex) == [Self.av1Header + Self.av1Frame])
        #expect(demuxing.trackSets.first?.first?.configuration.video?.width == 32)
        #expect(demuxing.demuxer.lastFault == .malformedFrame(.av1))
    }

    @Test("AV1 with a composition time, which it has not, is read as GStreamer means it")
    func av1CompositionTime() {
        var demuxing = Demuxing()
        demuxing.video("90 61763031" + Self.av1Record)
        demuxing.video("91 61763031 000028" + Self.av1Header + Self.av1Frame)
        demuxing.video("a1 61763031 ffffd8 1200" + Self.av1Frame)
        #expect(demuxing.frames.map(\.payload.hex) == [Self.av1Header + Self.av1Frame, Self.av1Frame])
        #expect(demuxing.frames.map(\.compositionOffset) == [40, -40])
    }

    @Test("AV1 without a record is configured by its first key frame, or by its descriptor of MPEG-2 systems")
    func av1WithoutRecord() {
        var demuxing = Demuxing()
        demuxing.video("a1 61763031" + Self.av1Frame)
        #expect(demuxing.demuxer.lastFault == .frameBeforeConfiguration(.av1))
        demuxing.video("91 61763031" + Self.av1Header + Self.av1Frame)
        #expect(demuxing.trackSets.first?.first?.configuration.video?.height == 32)
        for hex in ["95 61763031 8004 81000cd0", "95 61763031 0504 41562d31 8004 81000cd0", "95 61763031 81000cd0"] {
            demuxing = Demuxing()
            demuxing.video(hex)
            #expect(demuxing.trackSets.first?.first?.configuration.record.hex == "81000c10")
        }
        demuxing = Demuxing()
        for hex in ["95 61763031", "95 61763031 80", "95 61763031 8004 8100", "95 61763031 0500"] {
            demuxing.video(hex)
            #expect(demuxing.demuxer.lastFault == .malformedRecord(.truncated))
        }
        demuxing.video("95 68766331 8004 81000cd0")
        #expect(demuxing.demuxer.lastFault == .unexpectedFourCC(.hevc))
    }

    @Test("records of VP9 come with and without version and flags, and key frames tell the size")
    func vp9() {
        var demuxing = Demuxing()
        demuxing.video("90 76703039 01000000 000a820202020000")
        demuxing.video("91 76703039 824983420001f001f60038241c184a00003060000022d5c000")
        demuxing.video("90 76703039 000a820202020000")
        demuxing.video("90 76703039 01000000 000a820202020000")
        demuxing.video("a1 76703039 860040929c00500000032000004340")
        #expect(demuxing.trackSets.map { $0[0].configuration.video?.width } == [nil, 32])
        #expect(demuxing.frames.allSatisfy { $0.track === demuxing.trackSets[1][0] })
        #expect(demuxing.frames.count == 2)
    }

    @Test("FLAC's description comes in three forms, and its length at the end is no change")
    func flac() {
        let block = "040004000000000008150bb800f00000000000000000000000000000000000000000"
        for prefix in ["", "80000022", "664c6143 80000022", "664c6143 00000022"] {
            var demuxing = Demuxing()
            demuxing.audio("90 664c6143" + prefix + block)
            demuxing.audio("91 664c6143 fff8")
            demuxing.audio("90 664c6143 0400040000000b00000d0bb800f000000960e709387b24eeb28c21b60e5b9b6639ef")
            #expect(demuxing.trackSets.map { $0[0].configuration.record.hex } == [block])
            #expect(demuxing.trackSets[0][0].configuration.audio?.sampleRate == 48_000)
            #expect(demuxing.frames.count == 1)
        }
    }

    @Test("Opus without a header is as its first packet says, or its loudspeakers")
    func opusWithoutHeader() {
        for (packet, count) in [("f801", 1), ("fc01", 2)] {
            for start in ["90 4f707573", "92 4f707573"] {
                var demuxing = Demuxing()
                demuxing.audio(start)
                demuxing.audio("91 4f707573" + packet)
                demuxing.audio(start)
                demuxing.audio("91 4f707573" + packet)
                #expect(demuxing.trackSets.map { $0[0].configuration.audio?.channelCount } == [count])
                #expect(demuxing.trackSets[0][0].configuration.record.readableBytes == 19)
                #expect(demuxing.frames.count == 2)
            }
        }
        var demuxing = Demuxing()
        demuxing.audio("90 4f707573")
        demuxing.audio("94 4f707573 01 06 0000003f")
        demuxing.audio("91 4f707573 fc01")
        #expect(demuxing.trackSets.map { $0[0].configuration.audio?.channelCount } == [6])
        #expect(demuxing.trackSets[0][0].configuration.audio?.channelLayout == .native(mask: 0x3F))
    }

    @Test("AC-3 and MP3 are configured by their first frame, again after each sequence start")
    func selfDescribing() {
        var demuxing = Demuxing()
        demuxing.audio("90 61632d33")
        demuxing.audio("91 61632d33 00")
        #expect(demuxing.demuxer.lastFault == .malformedFrame(.ac3))
        demuxing.audio("91 61632d33 0b7796b900402f842903fe757cf9f3e7")
        demuxing.audio("90 61632d33")
        demuxing.audio("91 61632d33 0b7796b900402f842903fe757cf9f3e7")
        #expect(demuxing.trackSets.map { $0[0].codec } == [.ac3])
        #expect(demuxing.trackSets[0][0].configuration.audio?.sampleRate == 48_000)
        #expect(demuxing.frames.count == 2)
        demuxing.audio("91 2e6d7033 fffb9204")
        #expect(demuxing.trackSets.last?[0].configuration.audio?.samplesPerFrame == 1152)
        demuxing.audio("91 664c6143 fff8")
        #expect(demuxing.demuxer.lastFault == .frameBeforeConfiguration(.flac))
    }

    @Test("ADTS headers are taken off AAC in the new form too")
    func adts() {
        var demuxing = Demuxing()
        demuxing.audio("91 6d703461 fff1508001bffc211004608c1c")
        #expect(demuxing.trackSets.map { $0[0].codec } == [.aac])
        #expect(demuxing.frames.map(\.payload.hex) == ["211004608c1c"])
    }
}
