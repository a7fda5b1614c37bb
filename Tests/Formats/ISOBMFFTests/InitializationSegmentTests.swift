import ISOBMFF
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("Initialization segment")
struct InitializationSegmentTests {
    static let both = InitializationSegment(tracks: [
        TrackHeader(timescale: .mpeg, configuration: h264),
        TrackHeader(timescale: .milliseconds, configuration: aac, language: "eng"),
    ])

    @Test("what is written is read back: codings, records, formats, timescales and languages")
    func roundTrip() throws {
        let languages = [nil, "eng", "de-CH", "fr"]
        for language in languages {
            for configuration in [h264, aac, mp3] {
                let header = TrackHeader(timescale: .mpeg, configuration: configuration, language: language)
                let bytes = try written(InitializationSegment(tracks: [header]))
                let expected = TrackHeader(
                    timescale: .mpeg, configuration: asRead(configuration), language: language)
                #expect(try InitializationSegment(reading: bytes) == InitializationSegment(tracks: [expected]))
            }
        }
        let read = try InitializationSegment(reading: try written(Self.both))
        #expect(read.tracks.map(\.configuration) == [asRead(h264), asRead(aac)])
        #expect(read.tracks.map(\.timescale) == [.mpeg, .milliseconds])
        #expect(read.tracks.map(\.language) == [nil, "eng"])
    }

    @Test("the boxes stand in the order of the specification, mvex behind the last track")
    func order() throws {
        let bytes = try written(Self.both)
        #expect(try types(in: BoxReader(bytes)) == ["ftyp", "moov"])
        #expect(try types(in: box(["moov"], in: bytes).children()) == ["mvhd", "trak", "trak", "mvex"])
        let mdia = try box(["moov", "trak", "mdia"], in: bytes)
        #expect(try types(in: mdia.children()) == ["mdhd", "hdlr", "minf"])
        let minf = try box(["moov", "trak", "mdia", "minf"], in: bytes)
        #expect(try types(in: minf.children()) == ["vmhd", "dinf", "stbl"])
        let table = try box(["moov", "trak", "mdia", "minf", "stbl"], in: bytes)
        #expect(try types(in: table.children()) == ["stsd", "stts", "stsc", "stsz", "stco"])
        let dref = try box(["moov", "trak", "mdia", "minf", "dinf", "dref"], in: bytes)
        #expect(dref.content.hex == "00000000" + "00000001" + "0000000c75726c2000000001")
        #expect(try types(in: box(["moov", "mvex"], in: bytes).children()) == ["trex", "trex"])
    }

    @Test("the brand cmfc is claimed for one track only, as a CMAF header has no more")
    func brands() throws {
        let one = InitializationSegment(tracks: [TrackHeader(timescale: .mpeg, configuration: h264)])
        let iso6 = "69736f36"
        let (cmfc, mp41) = ("636d6663", "6d703431")
        #expect(try box(["ftyp"], in: try written(one)).content.hex == iso6 + "00000000" + iso6 + cmfc + mp41)
        #expect(try box(["ftyp"], in: try written(Self.both)).content.hex == iso6 + "00000000" + iso6 + mp41)
    }

    @Test("all durations are zero and all sample tables empty")
    func emptiness() throws {
        let bytes = try written(Self.both)
        let mvhd = try box(["moov", "mvhd"], in: bytes).content
        #expect(mvhd.getInteger(at: mvhd.readerIndex + 16, as: UInt32.self) == 0)
        #expect(mvhd.readableBytes == 100)
        #expect(mvhd.getInteger(at: mvhd.readerIndex + 96, as: UInt32.self) == 3)
        let tkhd = try box(["moov", "trak", "tkhd"], in: bytes).content
        #expect(tkhd.readableBytes == 84)
        #expect(tkhd.getInteger(at: tkhd.readerIndex + 20, as: UInt32.self) == 0)
        let mdhd = try box(["moov", "trak", "mdia", "mdhd"], in: bytes).content
        #expect(mdhd.hex == "00000000" + "00000000" + "00000000" + "00015f90" + "00000000" + "55c4" + "0000")
        for table: BoxType in ["stts", "stsc", "stco"] {
            #expect(
                try box(["moov", "trak", "mdia", "minf", "stbl", table], in: bytes).content.hex
                    == "0000000000000000")
        }
        #expect(
            try box(["moov", "trak", "mdia", "minf", "stbl", "stsz"], in: bytes).content.hex
                == "000000000000000000000000")
    }

    @Test("the elementary stream descriptor is what other writers write for AAC")
    func esds() throws {
        let segment = InitializationSegment(tracks: [TrackHeader(timescale: .mpeg, configuration: aac)])
        let esds = try box(["moov", "trak", "mdia", "minf", "stbl", "stsd", "mp4a", "esds"], in: try written(segment))
        #expect(
            esds.content.hex
                == "00000000" + "0380808022" + "000000" + "0480808014" + "4015" + "000000" + "00000000" + "00000000"
                + "0580808002" + "1210" + "0680808001" + "02")
    }

    @Test("the shape of samples and the colours of the parameter set stand in their boxes, and widen the track")
    func usability() throws {
        let segment = InitializationSegment(tracks: [TrackHeader(timescale: .mpeg, configuration: anamorphic)])
        let bytes = try written(segment)
        let entry: [BoxType] = ["moov", "trak", "mdia", "minf", "stbl", "stsd", "avc1"]
        #expect(try box(entry + ["pasp"], in: bytes).content.hex == "00000004" + "00000003")
        #expect(try box(entry + ["colr"], in: bytes).content.hex == "6e636c78" + "0001" + "000d" + "0006" + "80")
        let tkhd = try box(["moov", "trak", "tkhd"], in: bytes).content
        // 320 samples of 4:3 are 426⅔ squares, in 16.16 fixed point.
        #expect(tkhd.getInteger(at: tkhd.readerIndex + 76, as: UInt32.self) == UInt32(27_962_026))
        #expect(tkhd.getInteger(at: tkhd.readerIndex + 80, as: UInt32.self) == UInt32(15_728_640))
    }

    @Test("MP3 has no decoder specific information, and its object type follows the sampling rate")
    func mp3ObjectType() throws {
        for (rate, objectType) in [(48_000, "6b"), (32_000, "6b"), (24_000, "69"), (11_025, "69")] {
            let configuration = CodecConfiguration(
                audio: .mp3, format: AudioFormat(sampleRate: rate, channelCount: 1))
            let segment = InitializationSegment(tracks: [TrackHeader(timescale: .mpeg, configuration: configuration)])
            let esds = try box(
                ["moov", "trak", "mdia", "minf", "stbl", "stsd", "mp4a", "esds"], in: try written(segment))
            #expect(
                esds.content.hex
                    == "00000000" + "038080801b" + "000000" + "048080800d" + objectType + "15"
                    + "0000000000000000000000" + "0680808001" + "02")
        }
    }

    @Test("a descriptor longer than seven bits can count is read back whole")
    func longDescriptor() throws {
        let record = ByteBuffer(repeating: 0x12, count: 20_000)
        let configuration = CodecConfiguration(
            audio: .aac, record: record, format: AudioFormat(sampleRate: 48_000, channelCount: 1))
        let bytes = try written(
            InitializationSegment(tracks: [TrackHeader(timescale: .mpeg, configuration: configuration)]))
        #expect(try InitializationSegment(reading: bytes).tracks.first?.configuration.record == record)
    }

    @Test("a sampling rate above 16 bits is left to the descriptor, and found there")
    func highRate() throws {
        let configuration = CodecConfiguration(
            audio: .aac, record: ByteBuffer(hex: "1010"), format: AudioFormat(sampleRate: 96_000, channelCount: 2))
        let bytes = try written(
            InitializationSegment(tracks: [TrackHeader(timescale: .mpeg, configuration: configuration)]))
        let entry = try box(["moov", "trak", "mdia", "minf", "stbl", "stsd", "mp4a"], in: bytes).content
        #expect(entry.getInteger(at: entry.readerIndex + 24, as: UInt32.self) == 0)
        #expect(try InitializationSegment(reading: bytes).tracks.first?.configuration.audio?.sampleRate == 96_000)
    }

    @Test("every coding that ISO files do not carry is refused by name")
    func refusedCodecs() {
        let carried: Set<Codec> = [
            .h264, .h265, .h266, .av1, .vp8, .vp9, .aac, .mp3, .mp3At8kHz, .opus, .flac, .ac3, .eac3,
        ]
        for codec in Codec.allCases where !carried.contains(codec) {
            let configuration =
                codec.kind == .video ? CodecConfiguration(video: codec) : CodecConfiguration(audio: codec)
            expectFault(.unsupportedCodec(codec), for: configuration)
        }
    }

    @Test("a configuration that does not fit the fields is refused, and nothing is written")
    func unfitConfigurations() {
        let format = VideoFormat(width: 320, height: 240)
        let stereo = AudioFormat(sampleRate: 44_100, channelCount: 2)
        let long = ByteBuffer(repeating: 1, count: InitializationSegment.longestRecord + 1)
        let record = avcRecord
        expectFault(.formatUnknown(.h264), for: CodecConfiguration(video: .h264, record: record))
        expectFault(.formatUnknown(.aac), for: CodecConfiguration(audio: .aac, record: record))
        expectFault(
            .unusableConfigurationRecord(.h264, length: 0), for: CodecConfiguration(video: .h264, format: format))
        expectFault(
            .unusableConfigurationRecord(.aac, length: long.readableBytes),
            for: CodecConfiguration(audio: .aac, record: long, format: stereo))
        for (width, height) in [(0, 1), (1, 0), (65_536, 1), (1, 65_536), (-1, 1)] {
            expectFault(
                .pictureSizeOutOfRange(width: width, height: height),
                for: CodecConfiguration(
                    video: .h264, record: record, format: VideoFormat(width: width, height: height)))
        }
        for (rate, channels) in [(0, 1), (-1, 1), (1, 0), (1, 65_536), (1 << 32, 1)] {
            expectFault(
                .soundFormatOutOfRange(sampleRate: rate, channelCount: channels),
                for: CodecConfiguration(
                    audio: .mp3, format: AudioFormat(sampleRate: rate, channelCount: channels)))
        }
    }

    @Test("a timescale above 32 bits and a segment without tracks are refused")
    func unfitSegments() throws {
        let large = try #require(Timescale(ticksPerSecond: 1 << 32))
        expectFault(.timescaleOutOfRange(1 << 32), for: aac, timescale: large)
        #expect(throws: ISOBMFFFault.noTracks) { try written(InitializationSegment(tracks: [])) }
    }

    @Test("a segment cut short anywhere is refused and never read as something else")
    func truncation() throws {
        let bytes = try written(Self.both)
        for length in 0..<bytes.readableBytes {
            let part = try #require(bytes.getSlice(at: bytes.readerIndex, length: length))
            #expect(throws: ISOBMFFFault.self) { try InitializationSegment(reading: part) }
        }
    }

    @Test("a segment with any byte changed is read or refused, and never traps")
    func corruption() throws {
        let bytes = try written(Self.both)
        for index in bytes.readableBytesView.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var changed = bytes
                changed.setInteger(value, at: index)
                _ = try? InitializationSegment(reading: changed)  // either is right: only a trap is wrong
            }
        }
    }

    private func expectFault(
        _ fault: ISOBMFFFault, for configuration: CodecConfiguration, timescale: Timescale = .mpeg,
        location: SourceLocation = #_sourceLocation
    ) {
        let good = TrackHeader(timescale: .mpeg, configuration: h264)
        let bad = TrackHeader(timescale: timescale, configuration: configuration)
        var bytes = ByteBuffer()
        #expect(throws: fault, sourceLocation: location) {
            try InitializationSegment(tracks: [good, bad]).write(into: &bytes)
        }
        #expect(bytes.readableBytes == 0, sourceLocation: location)
    }
}
