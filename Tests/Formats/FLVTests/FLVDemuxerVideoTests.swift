import CodecParsing
import FLV
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("FLV demuxer: pictures")
struct FLVDemuxerVideoTests {
    @Test("a sequence header makes a track, frames follow on it")
    func avc() throws {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video(Bodies.idrFrame)
        demuxing.video(Bodies.interFrame, at: 200)
        let track = try #require(demuxing.trackSets.first?.first)
        #expect(demuxing.trackSets.count == 1)
        #expect(track.id == Track.ID(.video))
        #expect(track.timescale == .milliseconds)
        #expect(track.codec == .h264)
        #expect(track.configuration.record.hex == Bodies.avcRecord)
        #expect(track.configuration.video?.width == 64)
        #expect(track.configuration.video?.height == 48)
        #expect(demuxing.frames.map(\.payload.hex) == [Bodies.idrPayload, Bodies.interPayload])
        #expect(demuxing.frames.map(\.decodeTime) == [0, 200])
        #expect(demuxing.frames.map(\.isSync) == [true, false])
        #expect(demuxing.frames.allSatisfy { $0.track === track })
        #expect(demuxing.demuxer.skippedTagCount == 0)
    }

    @Test("payloads are slices of the bodies, records are not")
    func slices() throws {
        var demuxer = FLVDemuxer()
        var elements: [StreamElement] = []
        for body in [Bodies.avcHeader, Bodies.idrFrame].map({ ByteBuffer(hex: $0) }) {
            demuxer.demux(type: .video, timestampMilliseconds: 0, body: body, into: &elements)
            let inside = body.withUnsafeReadableBytes { bytes in
                let start = UInt(bitPattern: bytes.baseAddress)
                return start..<start + UInt(bytes.count)
            }
            switch elements.last {
            case .tracks(let tracks):
                let record = try #require(tracks.first).configuration.record
                #expect(record.withUnsafeReadableBytes { !inside.contains(UInt(bitPattern: $0.baseAddress)) })
            case .frame(let frame):
                #expect(frame.payload.withUnsafeReadableBytes { inside.contains(UInt(bitPattern: $0.baseAddress)) })
            default: Issue.record("neither tracks nor frame")
            }
        }
    }

    @Test("a repeated sequence header is no change, a different one is a new track object")
    func repeatedConfiguration() throws {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video(Bodies.idrFrame)
        demuxing.video(Bodies.avcHeader, at: 1000)
        demuxing.video(Bodies.idrFrame, at: 1000)
        #expect(demuxing.trackSets.count == 1)
        demuxing.video("1700000000" + "0142c01effe100046742c01e01000468ce3c80", at: 2000)
        demuxing.video(Bodies.idrFrame, at: 2000)
        #expect(demuxing.trackSets.count == 2)
        #expect(demuxing.frames.last?.track === demuxing.trackSets.last?.first)
        #expect(demuxing.frames.last?.track !== demuxing.frames.first?.track)
    }

    @Test("composition times are signed, frame types tell sync and disposable frames")
    func headers() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video("2701000050" + Bodies.interPayload)
        demuxing.video("2701ffffd8" + Bodies.interPayload)
        demuxing.video("3701000000" + Bodies.interPayload)
        demuxing.video("4701000000" + Bodies.idrPayload)
        #expect(demuxing.frames.map(\.compositionOffset) == [80, -40, 0, 0])
        #expect(demuxing.frames.map(\.isSync) == [false, false, false, true])
        #expect(demuxing.frames.map(\.isDisposable) == [false, false, true, false])
    }

    @Test("frames before their configuration are dropped and counted")
    func frameBeforeConfiguration() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.idrFrame)
        demuxing.video("1c01000000" + Bodies.idrPayload)
        #expect(demuxing.elements.isEmpty)
        #expect(demuxing.demuxer.skippedTagCount == 2)
        #expect(demuxing.demuxer.lastFault == .frameBeforeConfiguration(.h265))
        demuxing.video(Bodies.avcHeader)
        demuxing.video(Bodies.idrFrame)
        #expect(demuxing.frames.count == 1)
    }

    @Test("ends of sequences, commands and empty messages say nothing")
    func silentTags() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        for hex in ["", "1702000000", "5700", "57", "1701000000", "1700000000"] { demuxing.video(hex) }
        #expect(demuxing.elements.count == 1)
        #expect(demuxing.demuxer.skippedTagCount == 0)
    }

    @Test("a record without parameter sets waits for those in the first key frame")
    func emptyRecord() throws {
        for emptyHeader in ["1700000000 0142c00affe000", nil] {
            var demuxing = Demuxing()
            if let emptyHeader { demuxing.video(emptyHeader) }
            demuxing.video(Bodies.interFrame)
            #expect(demuxing.elements.isEmpty)
            demuxing.video("1701000000" + Bodies.parameterSets + Bodies.idrPayload)
            #expect(demuxing.frames.map(\.payload.hex) == [Bodies.parameterSets + Bodies.idrPayload])
            let track = try #require(demuxing.trackSets.first?.first)
            #expect(track.configuration.record.hex == Bodies.avcRecord)
            #expect(track.configuration.video?.width == 64)
            demuxing.video(Bodies.interFrame)
            #expect(demuxing.frames.count == 2)
            #expect(demuxing.trackSets.count == 1)
        }
    }

    @Test("an empty record behind a good one changes nothing")
    func emptyRecordLater() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video("1700000000 0142c00afce000")
        demuxing.video(Bodies.idrFrame)
        #expect(demuxing.frames.map(\.payload.hex) == [Bodies.idrPayload])
        #expect(demuxing.trackSets.count == 1)
    }

    @Test("zero-length units are taken out")
    func emptyUnits() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video("2701000000 00000000" + Bodies.interPayload + "00000000")
        #expect(demuxing.frames.map(\.payload.hex) == [Bodies.interPayload])
        demuxing.video("2701000000 00000000")
        #expect(demuxing.demuxer.lastFault == .malformedFrame(.h264))
    }

    @Test("byte streams with start codes become length-prefixed units, as a whole and within a unit")
    func annexB() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video("2701000000 00000001419a2015a1b0")
        demuxing.video("2701000000 000001419a2015a1b0")
        demuxing.video("2701000000 00000001 0930 000001419a2015a1b0")
        demuxing.video("2701000000 0000000a 00000001419a2015a1b0")
        let delimiter = "000000020930"
        #expect(
            demuxing.frames.map(\.payload.hex) == [
                Bodies.interPayload, Bodies.interPayload, delimiter + Bodies.interPayload, Bodies.interPayload,
            ])
    }

    @Test("a length that looks like a start code is a length")
    func lengthLikeStartCode() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        let unit = "41" + String(repeating: "9a", count: 0x103)
        demuxing.video("2701000000 00000104" + unit)
        #expect(demuxing.frames.map(\.payload.hex) == ["00000104" + unit])
    }

    @Test("units that run past the end are cut off")
    func cutShort() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video("2701000000" + Bodies.interPayload + "000000ff41")
        #expect(demuxing.frames.map(\.payload.hex) == [Bodies.interPayload])
        demuxing.video("2701000000 ffffffff41")
        #expect(demuxing.frames.count == 1)
        #expect(demuxing.demuxer.skippedTagCount == 1)
    }

    @Test("a broken record is refused and the track stays")
    func brokenRecord() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video("1700000000 0142c00afee000")
        #expect(demuxing.demuxer.lastFault == .malformedRecord(.unsupportedNALUnitLength(3)))
        demuxing.video("1700000000 0042c00affe000")
        #expect(demuxing.demuxer.lastFault == .malformedRecord(.unsupportedVersion(0)))
        demuxing.video("1700000000 0142c00affe10016 67")
        #expect(demuxing.demuxer.lastFault == .malformedRecord(.truncated))
        demuxing.video(Bodies.idrFrame)
        #expect(demuxing.frames.count == 1)
    }

    @Test("lengths of two bytes are understood")
    func shortLengths() {
        var demuxing = Demuxing()
        demuxing.video("1700000000 0142c00afde100046742c00a01000268ce")
        demuxing.video("1701000000 0003 658884 0002 0600")
        #expect(demuxing.frames.map(\.payload.hex) == ["000365888400020600"])
    }

    @Test("codecs without a configuration make their track from the first tag", arguments: [1, 2, 3, 4, 5, 6, 8])
    func codecsWithoutRecord(codecID: Int) throws {
        let codec = try #require(FLVVideoCodecID(rawValue: UInt8(codecID))).codec
        var demuxing = Demuxing()
        demuxing.video("1\(codecID) 00010203")
        demuxing.video("3\(codecID) 04", at: 40)
        #expect(demuxing.trackSets.map { $0.map(\.codec) } == [[codec]])
        #expect(demuxing.frames.map(\.payload.hex) == ["00010203", "04"])
        #expect(demuxing.frames.map(\.isDisposable) == [false, true])
    }

    @Test("a change of codec is a new track, and frames of the old one are dropped where it needs a header")
    func changeOfCodec() {
        var demuxing = Demuxing()
        demuxing.video(Bodies.avcHeader)
        demuxing.video(Bodies.idrFrame)
        demuxing.video("1c00000000" + Bodies.hevcRecord)
        demuxing.video(Bodies.interFrame)
        #expect(demuxing.demuxer.lastFault == .frameBeforeConfiguration(.h264))
        demuxing.video("1c01000000 000000022601")
        #expect(demuxing.trackSets.map { $0.map(\.codec) } == [[.h264], [.h265]])
        #expect(demuxing.frames.map(\.track.codec) == [.h264, .h265])
    }
}
