import CodecParsing
import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV demuxer: sound")
struct FLVDemuxerAudioTests {
    @Test("an AAC header makes a track, frames follow on it")
    func aac() throws {
        var demuxing = Demuxing()
        demuxing.audio(Bodies.aacHeader)
        demuxing.audio(Bodies.aacFrame, at: 0xFFFF_FFFF)
        let track = try #require(demuxing.trackSets.first?.first)
        #expect(track.id == Track.ID(.audio))
        #expect(track.configuration.record.hex == "1210")
        #expect(track.configuration.audio == AudioFormat(sampleRate: 44_100, channelCount: 2, samplesPerFrame: 1024))
        let frame = try #require(demuxing.frames.first)
        #expect(frame.payload.hex == "211004608c1c")
        #expect(frame.decodeTime == 0xFFFF_FFFF)
        #expect(frame.isSync)
        #expect(frame.track === track)
    }

    @Test("an empty header is ignored, the late one taken, a repeated one no change")
    func emptyHeader() {
        var demuxing = Demuxing()
        demuxing.audio("af00")
        demuxing.audio(Bodies.aacFrame)
        #expect(demuxing.demuxer.lastFault == .frameBeforeConfiguration(.aac))
        #expect(demuxing.elements.isEmpty)
        for _ in 0..<3 { demuxing.audio(Bodies.aacHeader) }
        demuxing.audio("af00")
        demuxing.audio("af01")
        demuxing.audio("")
        demuxing.audio(Bodies.aacFrame)
        #expect(demuxing.trackSets.count == 1)
        #expect(demuxing.frames.count == 1)
        #expect(demuxing.demuxer.skippedTagCount == 1)
        demuxing.audio("af001190")
        #expect(demuxing.trackSets.count == 2)
    }

    @Test("ADTS headers are taken off, and stand in for a missing configuration")
    func adts() throws {
        for header in ["af001210", nil] {
            var demuxing = Demuxing()
            if let header { demuxing.audio(header) }
            demuxing.audio("af01 fff1508001bffc 211004608c1c", at: 100)
            #expect(demuxing.frames.map(\.payload.hex) == ["211004608c1c"])
            #expect(demuxing.trackSets.first?.first?.configuration.record.hex == "1210")
            #expect(demuxing.trackSets.count == 1)
        }
    }

    @Test("several ADTS frames in one message become frames, each a frame later")
    func adtsRun() {
        var demuxing = Demuxing()
        demuxing.audio("af01 fff1508001bffc 211004608c1c fff1508001bffc 211004608c1d fff150", at: 100)
        #expect(demuxing.frames.map(\.payload.hex) == ["211004608c1c", "211004608c1d"])
        #expect(demuxing.frames.map(\.decodeTime) == [100, 123])
        demuxing.audio("af01 fff1508001fffc 2110")
        #expect(demuxing.demuxer.lastFault == .malformedFrame(.aac))
    }

    @Test("a broken configuration is refused and the track stays")
    func brokenConfig() {
        var demuxing = Demuxing()
        demuxing.audio(Bodies.aacHeader)
        demuxing.audio("af0012")
        #expect(demuxing.demuxer.lastFault == .malformedAudioConfig(.truncated))
        demuxing.audio("af000210")
        #expect(demuxing.demuxer.lastFault == .malformedAudioConfig(.nullObjectType))
        demuxing.audio(Bodies.aacFrame)
        #expect(demuxing.frames.count == 1)
    }

    @Test("MP3 takes its format from the frame, else from the flags")
    func mp3() {
        var demuxing = Demuxing()
        demuxing.audio("2f fffb90c4 00")
        demuxing.audio("2f fffb90c4 01", at: 26)
        #expect(
            demuxing.trackSets.map { $0.map(\.configuration) } == [
                [
                    CodecConfiguration(
                        audio: .mp3, format: .init(sampleRate: 44_100, channelCount: 1, samplesPerFrame: 1152))
                ]
            ])
        #expect(demuxing.frames.map(\.payload.hex) == ["fffb90c400", "fffb90c401"])
        demuxing.audio("2a 001122")
        #expect(demuxing.trackSets.last?.first?.configuration.audio == AudioFormat(sampleRate: 22_050, channelCount: 1))
        demuxing.audio("ee 001122")
        #expect(
            demuxing.trackSets.last?.first?.configuration
                == CodecConfiguration(
                    audio: .mp3At8kHz, format: .init(sampleRate: 8000, channelCount: 1)))
    }

    @Test(
        "formats with one rate have it whatever the flags say",
        arguments: [
            ("4e", Codec.nellymoser16kHz, 16_000, 1), ("5f", .nellymoser8kHz, 8000, 1), ("6a", .nellymoser, 22_050, 1),
            ("bf", .speex, 16_000, 1), ("72", .g711ALaw, 8000, 1), ("8f", .g711MuLaw, 8000, 2),
            ("1b", .adpcm, 22_050, 2), ("f2", .deviceSpecific, 5512, 1),
        ])
    func formats(flags: String, codec: Codec, sampleRate: Int, channelCount: Int) {
        var demuxing = Demuxing()
        demuxing.audio(flags + "0102")
        #expect(
            demuxing.trackSets.map { $0.map(\.configuration) } == [
                [CodecConfiguration(audio: codec, format: .init(sampleRate: sampleRate, channelCount: channelCount))]
            ])
        #expect(demuxing.frames.map(\.payload.hex) == ["0102"])
    }

    @Test("raw samples have 8 or 16 bits; other flags are another track")
    func rawSamples() {
        var demuxing = Demuxing()
        for flags in ["3f", "3f", "3d", "3d", "0c"] { demuxing.audio(flags + "00") }
        #expect(demuxing.trackSets.map { $0[0].configuration.audio?.bitsPerSample } == [16, 8, 8])
        #expect(demuxing.trackSets.map { $0[0].codec } == [.linearPCMLittleEndian, .linearPCMLittleEndian, .linearPCM])
    }

    @Test("Opus of the time before Enhanced RTMP gets the identification header that it does not bring")
    func informalOpus() throws {
        var demuxing = Demuxing()
        demuxing.audio("df fc01")
        demuxing.audio("de f801")
        let formats = demuxing.trackSets.map { $0[0].configuration }
        #expect(formats.map(\.codec) == [.opus, .opus])
        #expect(formats.map { $0.audio?.channelCount } == [2, 1])
        #expect(formats[0].record.hex == "4f707573486561640102380180bb0000000000")
    }

    @Test("reserved formats are skipped by name")
    func unsupported() {
        var demuxing = Demuxing()
        demuxing.audio(Bodies.aacHeader)
        demuxing.audio("c0 00")
        #expect(demuxing.demuxer.lastFault == .unknownSoundFormat(12))
        #expect(demuxing.trackSets.count == 1)
    }
}
