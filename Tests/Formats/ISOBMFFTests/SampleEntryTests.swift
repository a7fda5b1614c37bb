import CodecParsing
import ISOBMFF
import MediaModel
import NIOCore
import TestSupport
import Testing

/// A coding as a publisher describes it, and the sample entry that FFmpeg 9 writes for the same stream, without the boxes
/// that may be left out (`fiel`, `btrt`, a square `pasp`) and without the encoder's name.
struct KnownEntry: Sendable, CustomTestStringConvertible {
    let configuration: CodecConfiguration
    let entry: BoxType
    let box: BoxType
    let content: String
    /// The fields before the boxes.
    let fields: String

    var testDescription: String { entry.description }

    init(
        _ entry: BoxType, _ box: BoxType, _ content: String, _ configuration: CodecConfiguration?,
        fields: String = pictureFields
    ) {
        self.configuration = configuration ?? CodecConfiguration(audio: .deviceSpecific)
        self.entry = entry
        self.box = box
        self.content = content
        self.fields = fields
    }

    /// 320×240 pictures.
    static let pictureFields =
        "0000000000000001" + String(repeating: "00", count: 16) + "014000f0" + "0048000000480000" + "00000000" + "0001"
        + String(repeating: "00", count: 32) + "0018ffff"

    static func soundFields(channels: String = "0002", bits: String = "0010", rate: String = "bb800000") -> String {
        "0000000000000001" + "0000000000000000" + channels + bits + "00000000" + rate
    }

    static let all: [KnownEntry] = [
        KnownEntry("hvc1", "hvcC", hevcContent, try? .hevc(record: hevcRecord)),
        KnownEntry(
            "vvc1", "vvcC", "00000000" + vvcRecord.hex, try? .vvc(record: vvcRecord)),
        KnownEntry("av01", "av1C", av1Record.hex, try? .av1(record: av1Record)),
        KnownEntry("vp09", "vpcC", "01000000" + vp9Record.hex, sized(try? .vp9(record: vp9Record))),
        KnownEntry("vp08", "vpcC", "01000000" + vp8Record.hex, sized(try? .vp8(record: vp8Record))),
        KnownEntry(
            "Opus", "dOps", "000201380000bb80000000",
            try? .opus(record: ByteBuffer(hex: "4f70757348656164 01 02 3801 80bb0000 0000 00")), fields: soundFields()),
        KnownEntry(
            "Opus", "dOps", "000601380000bb800000010402000401020305",
            try? .opus(record: ByteBuffer(hex: "4f70757348656164 01 06 3801 80bb0000 0000 01 0402000401020305")),
            fields: soundFields(channels: "0006")),
        KnownEntry(
            "fLaC", "dfLa", "00000000" + "80000022" + flacRecord.hex, try? .flac(record: flacRecord),
            fields: soundFields()),
        KnownEntry(
            "fLaC", "dfLa", "00000000" + "80000022" + flac96Record.hex, try? .flac(record: flac96Record),
            fields: soundFields(bits: "0020")),
        KnownEntry(
            "ac-3", "dac3", "101140", try? .ac3(record: ByteBuffer(hex: "101140")), fields: soundFields()),
        KnownEntry(
            "ec-3", "dec3", "0e00200f00", try? .eac3(record: ByteBuffer(hex: "0e00200f00")),
            fields: soundFields(channels: "0006")),
        KnownEntry(
            "mp4a", "esds",
            "00000000" + "0380808025" + "000000" + "0480808017" + "4015" + "0000000000000000000000" + "0580808005"
                + "119056e500" + "0680808001" + "02",
            try? .aac(record: ByteBuffer(hex: "119056e500")), fields: soundFields()),
    ]

    /// VP records do not tell how large the pictures are; the first frame does.
    private static func sized(_ configuration: CodecConfiguration?) -> CodecConfiguration? {
        configuration.map { known in
            var format = known.video ?? VideoFormat(width: 320, height: 240)
            (format.width, format.height) = (320, 240)
            return CodecConfiguration(video: known.codec, record: known.record, format: format)
        }
    }
}

/// The record of x265 as FFmpeg sends it over Enhanced RTMP: Main 10, BT.2020 and PQ, sets marked as incomplete.
let hevcRecord = ByteBuffer(
    hex: """
        0102200000009000000000003cf000fcfdfafa00000f0420000100 1840010c01ffff02200000030090000003000003003c9598092100
        01002d42010102200000030090000003000003003ca00a080f1365959a4932bc05a84880482000000300200000030321220001000744
        01c172b4624027000200094e01900403e8019080001e4e01891833c286c41d4c0bb884d03e803d13404200989680000003003280
        """)
/// The same as FFmpeg writes it into `hvcC`: sets complete, supplemental information not.
let hevcContent =
    ByteBuffer(
        hex: """
            0102200000009000000000003cf000fcfdfafa00000f04a00001001840010c01ffff02200000030090000003000003003c959809a100
            01002d42010102200000030090000003000003003ca00a080f1365959a4932bc05a848804820000003002000000303 21a200010007
            4401c172b4624027000200094e01900403e8019080001e4e01891833c286c41d4c0bb884d03e803d13404200989680000003003280
            """
    ).hex
/// The record of VVenC.
let vvcRecord = ByteBuffer(
    hex: """
        ff00655f010220800000014000f00000028f00010094007900ab02208000008028203c46a00737ffac213656304082700328316 10860c4
        42064883521e8f56a4bc926a4b2445a88bc449a88914911264889351964842d4217842f56a4bc97a865062c4031620204204040a840808
        1a4204040b1020204410102c820204840419020442040b2102048810682049041c20c81168412421c43425c8e5433046714000000300400
        000064620900001000b0081000014101e22241f41
        """)
/// The record of SVT-AV1 with its sequence header.
let av1Record = ByteBuffer(hex: "81000c000a0b0200000521e7fde017c002")
/// The record of libvpx VP9, level unknown to FFmpeg, BT.601 unsaid.
let vp9Record = ByteBuffer(hex: "0014820202020000")
/// A record of VP8 of 8 bits.
let vp8Record = ByteBuffer(hex: "0000820202020000")
/// `STREAMINFO` of FFmpeg at 48 kHz with 16 bits, and at 96 kHz with 32.
let flacRecord = ByteBuffer(hex: "040004000000000010980bb802f000000000" + String(repeating: "00", count: 16))
let flac96Record = ByteBuffer(hex: "0400040000000000209c177003f000000000" + String(repeating: "00", count: 16))

@Suite("Sample entries")
struct SampleEntryTests {
    static let table: [BoxType] = ["moov", "trak", "mdia", "minf", "stbl", "stsd"]

    @Test("an entry is what FFmpeg writes for the same stream", arguments: KnownEntry.all)
    func asFFmpegWrites(known: KnownEntry) throws {
        let bytes = try segment(known.configuration)
        let content = try box(Self.table + [known.entry], in: bytes).content
        let fields = try #require(content.getSlice(at: content.readerIndex, length: known.fields.count / 2))
        #expect(fields.hex == known.fields)
        #expect(try box(Self.table + [known.entry, known.box], in: bytes).content.hex == known.content)
    }

    @Test("an entry is read back as what was written", arguments: KnownEntry.all)
    func roundTrip(known: KnownEntry) throws {
        let read = try configuration(in: segment(known.configuration))
        // The one record that is changed on its way.
        let record = known.entry == "hvc1" ? ByteBuffer(hex: hevcContent) : known.configuration.record
        #expect(read.record == record)
        #expect(read.codec == known.configuration.codec)
        #expect(read.audio == asRead(known.configuration).audio)
        #expect(read.video == asRead(known.configuration).video)
        #expect(read.codecString == known.configuration.codecString)
        #expect(read.codecString != nil)
    }

    @Test("a record from before the standard was done gets the version that players know")
    func earlyHEVCRecord() throws {
        var early = hevcRecord
        early.setInteger(UInt8(0), at: early.readerIndex)
        let bytes = try segment(.hevc(record: early))
        #expect(try box(Self.table + ["hvc1", "hvcC"], in: bytes).content.hex == hevcContent)
    }

    @Test("the light of a high dynamic range stands in its boxes, in the order and steps of the specification")
    func light() throws {
        let format = VideoFormat(
            width: 320, height: 240,
            color: ColorDescription(primaries: 9, transferCharacteristics: 16, matrixCoefficients: 9),
            masteringDisplay: MasteringDisplay(
                red: .init(x: 0.68, y: 0.32), green: .init(x: 0.265, y: 0.69), blue: .init(x: 0.15, y: 0.06),
                whitePoint: .init(x: 0.3127, y: 0.329), maximumLuminance: 1000, minimumLuminance: 0.005),
            contentLightLevel: ContentLightLevel(maximum: 1000, maximumFrameAverage: 400))
        let bytes = try segment(CodecConfiguration(video: .h265, record: hevcRecord, format: format))
        let entry = Self.table + ["hvc1"]
        #expect(try box(entry + ["colr"], in: bytes).content.hex == "6e636c78" + "0009" + "0010" + "0009" + "00")
        #expect(
            try box(entry + ["mdcv"], in: bytes).content.hex
                == "33c286c4" + "1d4c0bb8" + "84d03e80" + "3d134042" + "00989680" + "00000032")
        #expect(try box(entry + ["clli"], in: bytes).content.hex == "03e80190")
        #expect(try configuration(in: bytes).video == format)
    }

    @Test("numbers of light that are none, or that no field holds, become the nearest that it does")
    func absurdLight() throws {
        let point = MasteringDisplay.Chromaticity(x: .nan, y: -.infinity)
        let format = VideoFormat(
            width: 1, height: 1,
            masteringDisplay: MasteringDisplay(
                red: point, green: .init(x: 1e300, y: 2), blue: point, whitePoint: point, maximumLuminance: .infinity,
                minimumLuminance: -1))
        let bytes = try segment(CodecConfiguration(video: .h264, record: avcRecord, format: format))
        #expect(
            try box(Self.table + ["avc1", "mdcv"], in: bytes).content.hex
                == "ffffffff" + "00000000" + "00000000" + "00000000" + "ffffffff" + "00000000")
    }

    @Test("entries whose parameter sets may be in the samples alone are read as the others")
    func looseEntries() throws {
        let replaced: [(BoxType, BoxType)] = [("avc1", "avc3"), ("hvc1", "hev1"), ("vvc1", "vvi1")]
        let configurations = [h264, try CodecConfiguration.hevc(record: hevcRecord), try .vvc(record: vvcRecord)]
        for ((strict, loose), written) in zip(replaced, configurations) {
            var bytes = try segment(written)
            let entry = try box(Self.table + [strict], in: bytes)
            bytes.setInteger(loose.rawValue, at: bytes.readerIndex + entry.offset + 4)
            #expect(try configuration(in: bytes).codec == written.codec)
        }
    }

    @Test("FLAC above 16 bits of rate has the half or quarter that fits, and its own rate when it is read")
    func flacRates() throws {
        for (rate, field) in [
            (48_000, 48_000), (88_200, 44_100), (192_000, 48_000), (352_800, 44_100), (655_350, 65_535),
            (96_001, 65_535),
        ] {
            var record = flacRecord
            // 20 bits of rate, 3 of channels, the first of bits in a sample.
            record.setInteger(UInt32(rate) << 12 | 0x2F0, at: record.readerIndex + 10)
            let format = AudioFormat(sampleRate: rate, channelCount: 2)
            let bytes = try segment(CodecConfiguration(audio: .flac, record: record, format: format))
            let entry = try box(Self.table + ["fLaC"], in: bytes).content
            #expect(entry.getInteger(at: entry.readerIndex + 24, as: UInt16.self) == UInt16(field))
            #expect(try configuration(in: bytes).audio?.sampleRate == rate)
        }
    }

    @Test("AV1 is named among the brands")
    func av1Brand() throws {
        let bytes = try segment(try .av1(record: av1Record))
        #expect(try box(["ftyp"], in: bytes).content.hex.hasSuffix("6d703431" + "61763031"))
    }

    @Test("records that cannot be what they should are refused", arguments: [Codec.opus, .flac])
    func unusableRecords(codec: Codec) {
        let format = AudioFormat(sampleRate: 48_000, channelCount: 2)
        for length in [0, 7, 18, 33, 35, 42] {
            let record = ByteBuffer(repeating: 0x41, count: length)
            #expect(throws: ISOBMFFFault.unusableConfigurationRecord(codec, length: length)) {
                try segment(CodecConfiguration(audio: codec, record: record, format: format))
            }
        }
    }

    @Test("an HEVC record cut short anywhere is written as it is, and nothing traps")
    func hevcTruncations() throws {
        for record in hevcRecord.truncations where record.readableBytes > 0 {
            let format = VideoFormat(width: 320, height: 240)
            let bytes = try segment(CodecConfiguration(video: .h265, record: record, format: format))
            #expect(try configuration(in: bytes).record.readableBytes == record.readableBytes)
        }
    }

    @Test("an entry cut short or changed is read or refused, and never traps", arguments: KnownEntry.all)
    func hostile(known: KnownEntry) throws {
        let bytes = try segment(known.configuration)
        for part in bytes.truncations {
            #expect(throws: ISOBMFFFault.self) { try InitializationSegment(reading: part) }
        }
        let entry = try box(Self.table + [known.entry], in: bytes)
        for bit in entry.offset * 8..<(entry.offset + entry.size) * 8 {
            _ = try? InitializationSegment(reading: bytes.flipping(bit: bit))  // either is right: only a trap is wrong
        }
    }

    private func segment(_ configuration: CodecConfiguration) throws -> ByteBuffer {
        try written(InitializationSegment(tracks: [TrackHeader(timescale: .mpeg, configuration: configuration)]))
    }

    private func configuration(in bytes: ByteBuffer) throws -> CodecConfiguration {
        try #require(try InitializationSegment(reading: bytes).tracks.first).configuration
    }
}
