import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("H.265")
struct HEVCTests {
    @Test("a record tells size, rate and depth, and is kept as it is")
    func record() throws {
        let configuration = try CodecConfiguration.hevc(record: CodecSamples.hevc)
        #expect(configuration.record == CodecSamples.hevc)
        #expect(
            configuration.video
                == VideoFormat(
                    width: 320, height: 180, sampleAspectRatio: SampleAspectRatio(width: 1, height: 1), frameRate: 25,
                    bitDepth: 8, color: configuration.video?.color))
        let tiny = try CodecConfiguration.hevc(record: CodecSamples.hevcTiny)
        #expect(tiny.video?.width == 64)
        #expect(tiny.video?.height == 48)
        #expect(tiny.nalUnitLength == .fourBytes)
    }

    @Test("colours, aspect ratio, an uneven rate and light levels of a record with SEI")
    func highDynamicRange() throws {
        let format = try #require(try CodecConfiguration.hevc(record: CodecSamples.hevcHDR).video)
        #expect(format.width == 1918)
        #expect(format.height == 1078)
        #expect(format.sampleAspectRatio == SampleAspectRatio(width: 16, height: 11))
        #expect(format.frameRate == 30_000.0 / 1001)
        #expect(format.bitDepth == 10)
        #expect(
            format.color == ColorDescription(primaries: 9, transferCharacteristics: 16, matrixCoefficients: 9))
        #expect(format.color?.dynamicRange == .pq)
        #expect(format.contentLightLevel == ContentLightLevel(maximum: 1000, maximumFrameAverage: 400))
    }

    @Test("writing and parsing are inverse")
    func roundTrip() throws {
        for bytes in [CodecSamples.hevc, CodecSamples.hevcHDR, CodecSamples.hevcTiny] {
            let record = try HEVCDecoderConfigurationRecord(parsing: bytes)
            #expect(record.isComplete)
            var written = ByteBuffer()
            record.write(into: &written)
            #expect(written.hex == bytes.hex)
        }
    }

    @Test("a record made of parameter sets says what x265's says")
    func fromParameterSets() throws {
        let sample = try HEVCDecoderConfigurationRecord(parsing: CodecSamples.hevcHDR)
        let record = try HEVCDecoderConfigurationRecord(
            videoParameterSets: sample.units(of: .videoParameterSet),
            sequenceParameterSets: sample.units(of: .sequenceParameterSet),
            pictureParameterSets: sample.units(of: .pictureParameterSet),
            supplementalEnhancements: sample.units(of: .prefixSupplementalEnhancement))
        var written = ByteBuffer()
        record.write(into: &written)
        #expect(written.hex == CodecSamples.hevcHDR.hex)
        #expect(CodecConfiguration.hevc(record) == (try CodecConfiguration.hevc(record: CodecSamples.hevcHDR)))
        #expect(throws: ConfigurationRecordFault.noSequenceParameterSet) {
            try HEVCDecoderConfigurationRecord(
                videoParameterSets: [], sequenceParameterSets: [], pictureParameterSets: [])
        }
        #expect(throws: ConfigurationRecordFault.tooManyParameterSets(256)) {
            try HEVCDecoderConfigurationRecord(
                videoParameterSets: [], sequenceParameterSets: sample.units(of: .sequenceParameterSet),
                pictureParameterSets: Array(repeating: ByteBuffer(hex: "4401"), count: 255))
        }
    }

    @Test("what is wrong with a record is told by name")
    func faults() {
        let fixed = "01600000009000000000003cf000fcfdf8f80000"
        func fault(_ hex: String) -> ConfigurationRecordFault? {
            do throws(ConfigurationRecordFault) {
                _ = try HEVCDecoderConfigurationRecord(parsing: ByteBuffer(hex: hex))
                return nil
            } catch { return error }
        }
        #expect(fault("") == .truncated)
        #expect(fault("02" + fixed + "0f00") == .unsupportedVersion(2))
        #expect(fault("01" + fixed + "0e00") == .unsupportedNALUnitLength(3))
        #expect(fault("01" + fixed + "0f") == nil)
        #expect(fault("01" + fixed + "0f01") == .truncated)
        #expect(fault("01" + fixed + "0f01 20ffff") == .tooManyParameterSets(65_535))
        #expect(
            fault("01" + fixed + "0f02 2000ff" + String(repeating: "0000", count: 255) + "210001")
                == .tooManyParameterSets(256))
    }

    @Test("a frame for MPEG-2 systems: delimiter, sets before a sync frame, units")
    func annexB() throws {
        let record = try HEVCDecoderConfigurationRecord(parsing: CodecSamples.hevcHDR)
        var sync = ByteBuffer()
        let count = sync.writeHEVCAnnexB(CodecSamples.hevcKeyFrame, configuration: record, isSync: true)
        #expect(count == sync.readableBytes)
        #expect(AnnexBNALUnits(sync).map { HEVCNALUnitType(of: $0)?.rawValue } == [35, 32, 33, 34, 39, 20, 39])
        #expect(sync.hex.hasPrefix("0000000146015000000001"))
        var other = ByteBuffer()
        other.writeHEVCAnnexB(CodecSamples.hevcInterFrame, configuration: record, isSync: false)
        #expect(AnnexBNALUnits(other).map { HEVCNALUnitType(of: $0)?.rawValue } == [35, 1])
        // A frame with its own sets and delimiter.
        var frame = ByteBuffer()
        for hex in ["460150", "4001", "4201", "4401", "2801ac"] {
            frame.writeLengthPrefixedNALUnit(ByteBuffer(hex: hex))
        }
        var own = ByteBuffer()
        own.writeHEVCAnnexB(frame, configuration: record, isSync: true)
        #expect(AnnexBNALUnits(own).map { HEVCNALUnitType(of: $0)?.rawValue } == [35, 32, 33, 34, 20])
    }

    @Test("IDR, CRA and BLA slices are where decoding can begin")
    func randomAccess() {
        #expect(LengthPrefixedNALUnits(CodecSamples.hevcKeyFrame).containsHEVCRandomAccessPoint)
        #expect(!LengthPrefixedNALUnits(CodecSamples.hevcInterFrame).containsHEVCRandomAccessPoint)
        for type in 0...63 as ClosedRange<UInt8> {
            var unit = ByteBuffer(integer: UInt32(3))
            unit.writeMultipleIntegers(type << 1, 1 as UInt8, 0 as UInt8)
            #expect(LengthPrefixedNALUnits(unit).containsHEVCRandomAccessPoint == (16...23).contains(type))
        }
    }

    @Test("the mastering display in a sync frame, in the units of the specification")
    func masteringDisplay() throws {
        // Green, blue, red and white of Display P3 in D65, 1,000 and 0.005 candelas per square metre.
        var frame = ByteBuffer()
        frame.writeLengthPrefixedNALUnit(
            ByteBuffer(hex: "4e01 8918 33c2 86c4 1d4c 0bb8 84d0 3e80 3d13 4042 00989680 00000032 80"))
        frame.writeLengthPrefixedNALUnit(ByteBuffer(hex: "2801ac"))
        let before = try CodecConfiguration.hevc(record: CodecSamples.hevcHDR)
        let after = before.withLightMetadata(fromSyncFrame: frame)
        let display = try #require(after.video?.masteringDisplay)
        #expect(display.green == .init(x: 0.265, y: 0.69))
        #expect(display.blue == .init(x: 0.15, y: 0.06))
        #expect(display.red == .init(x: 0.68, y: 0.32))
        #expect(display.whitePoint == .init(x: 0.3127, y: 0.329))
        #expect(display.maximumLuminance == 1000)
        #expect(display.minimumLuminance == 0.005)
        #expect(after.video?.contentLightLevel == before.video?.contentLightLevel)
        #expect(after.withLightMetadata(fromSyncFrame: CodecSamples.hevcKeyFrame) == after)
    }

    @Test("hostile counts in a sequence parameter set leave its size standing, or refuse it")
    func hostileCounts() throws {
        let record = try HEVCDecoderConfigurationRecord(parsing: CodecSamples.hevc)
        let set = try #require(record.units(of: .sequenceParameterSet).first)
        for input in set.truncations + (0..<set.readableBytes * 8).map({ set.flipping(bit: $0) }) {
            guard let set = try? HEVCSequenceParameterSet(parsing: input) else { continue }
            #expect(1...HEVCSequenceParameterSet.mostSamplesAcross ~= set.width)
            #expect(1...HEVCSequenceParameterSet.mostSamplesAcross ~= set.height)
            #expect(8...16 ~= set.lumaBitDepth)
            if let rate = set.frameRate { #expect(rate > 0 && rate <= 300) }
        }
        let video = try #require(record.units(of: .videoParameterSet).first)
        for input in video.truncations + (0..<video.readableBytes * 8).map({ video.flipping(bit: $0) }) {
            _ = try? HEVCVideoParameterSet(parsing: input)
        }
        #expect(try HEVCVideoParameterSet(parsing: video).timing == nil)
    }
}
