import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("AVCDecoderConfigurationRecord")
struct AVCDecoderConfigurationRecordTests {
    @Test("every field of an encoder's record is read")
    func fields() throws {
        let record = try AVCDecoderConfigurationRecord(parsing: AVCSamples.tiny)
        #expect(record.profile == 0x42)
        #expect(record.compatibility == 0xC0)
        #expect(record.level == 0x0A)
        #expect(record.nalUnitLength == .fourBytes)
        #expect(record.sequenceParameterSets.map(\.hex) == ["6742c00ada11ec044000000300400000300283c489a8"])
        #expect(record.pictureParameterSets.map(\.hex) == ["68ce0fc8"])
        #expect(record.sequenceParameterSetExtensions.isEmpty)
        #expect(record.isComplete)
    }

    @Test("writing a parsed record gives its bytes back, chroma format and bit depths included")
    func roundTrip() throws {
        for bytes in [AVCSamples.tiny, AVCSamples.fullHD, AVCSamples.interlaced] {
            let record = try AVCDecoderConfigurationRecord(parsing: bytes)
            var written = ByteBuffer()
            record.write(into: &written)
            #expect(written.hex == bytes.hex)
        }
    }

    @Test("a ten bit record ends with 4:2:2 and ten bits")
    func bitDepths() throws {
        var written = ByteBuffer()
        try AVCDecoderConfigurationRecord(parsing: AVCSamples.tenBit).write(into: &written)
        #expect(written.hex == AVCSamples.tenBit.hex)
    }

    @Test("extensions survive the round trip")
    func extensions() throws {
        let fullHD = try AVCDecoderConfigurationRecord(parsing: AVCSamples.fullHD)
        let record = try AVCDecoderConfigurationRecord(
            sequenceParameterSets: fullHD.sequenceParameterSets, pictureParameterSets: fullHD.pictureParameterSets,
            sequenceParameterSetExtensions: [ByteBuffer(hex: "6d01")], nalUnitLength: .twoBytes)
        var written = ByteBuffer()
        record.write(into: &written)
        #expect(try AVCDecoderConfigurationRecord(parsing: written) == record)
        #expect(record.profile == 0x64)
        #expect(record.level == 0x28)
    }

    @Test("lengths of one, two and four bytes are taken, three is refused")
    func nalUnitLengths() throws {
        for (bits, length) in [("fc", NALUnitLength.oneByte), ("fd", .twoBytes), ("ff", .fourBytes)] {
            let record = try AVCDecoderConfigurationRecord(parsing: ByteBuffer(hex: "0142c00a\(bits)e000"))
            #expect(record.nalUnitLength == length)
        }
        #expect(throws: ConfigurationRecordFault.unsupportedNALUnitLength(3)) {
            try AVCDecoderConfigurationRecord(parsing: ByteBuffer(hex: "0142c00afee000"))
        }
    }

    @Test("reserved bits of zero, missing and empty parameter sets and rubbish at the end are borne")
    func wildForms() throws {
        let zeroBits = try AVCDecoderConfigurationRecord(
            parsing: ByteBuffer(hex: "0142c00a0301000467 42c00a01000268ce"))
        #expect(zeroBits.sequenceParameterSets.map(\.hex) == ["6742c00a"])
        #expect(zeroBits.nalUnitLength == .fourBytes)
        // A drone's record without any set, with and without the count of the second kind.
        for hex in ["0142c01effe000", "0142c01effe0"] {
            let empty = try AVCDecoderConfigurationRecord(parsing: ByteBuffer(hex: hex))
            #expect(!empty.isComplete)
        }
        let hollow = try AVCDecoderConfigurationRecord(parsing: ByteBuffer(hex: "0142c01effe1000001 0000"))
        #expect(hollow.sequenceParameterSets.isEmpty)
        #expect(hollow.pictureParameterSets.isEmpty)
        let trailing = try AVCDecoderConfigurationRecord(parsing: ByteBuffer(hex: "0164001effe1000267640100 0168 fdf8"))
        #expect(trailing.pictureParameterSets.map(\.hex) == ["68"])
    }

    @Test("a record cut short is a fault or a shorter record, never a trap")
    func truncations() throws {
        for bytes in AVCSamples.all {
            let whole = try AVCDecoderConfigurationRecord(parsing: bytes)
            for part in bytes.truncations {
                guard let record = try? AVCDecoderConfigurationRecord(parsing: part) else { continue }
                #expect(record.sequenceParameterSets == whole.sequenceParameterSets)
            }
        }
        #expect(throws: ConfigurationRecordFault.truncated) {
            try AVCDecoderConfigurationRecord(parsing: ByteBuffer(hex: "0142c00affe10016 6742"))
        }
        #expect(throws: ConfigurationRecordFault.unsupportedVersion(0)) {
            try AVCDecoderConfigurationRecord(parsing: ByteBuffer(hex: "0042c00affe000"))
        }
    }

    @Test("more parameter sets than the record can count, or longer ones, are refused")
    func limits() {
        let set = ByteBuffer(hex: "6742c00a")
        #expect(throws: ConfigurationRecordFault.tooManyParameterSets(32)) {
            try AVCDecoderConfigurationRecord(
                sequenceParameterSets: Array(repeating: set, count: 32), pictureParameterSets: [])
        }
        #expect(throws: ConfigurationRecordFault.parameterSetTooLong(65_536)) {
            try AVCDecoderConfigurationRecord(
                sequenceParameterSets: [set], pictureParameterSets: [ByteBuffer(repeating: 1, count: 65_536)])
        }
        #expect(throws: ConfigurationRecordFault.noSequenceParameterSet) {
            try AVCDecoderConfigurationRecord(sequenceParameterSets: [], pictureParameterSets: [])
        }
    }

    @Test("a configuration keeps the record's bytes and knows size and rate")
    func configuration() throws {
        let configuration = try CodecConfiguration.avc(record: AVCSamples.fullHD)
        #expect(configuration.codec == .h264)
        #expect(configuration.record == AVCSamples.fullHD)
        #expect(
            configuration.video
                == VideoFormat(
                    width: 1920, height: 1080, sampleAspectRatio: SampleAspectRatio(width: 1, height: 1), frameRate: 30,
                    bitDepth: 8))
        #expect(CodecConfiguration.avc(try AVCDecoderConfigurationRecord(parsing: AVCSamples.fullHD)) == configuration)
    }

    @Test("a configuration whose parameter set cannot be read has no format but stays usable")
    func unreadableSet() throws {
        let configuration = try CodecConfiguration.avc(record: ByteBuffer(hex: "0142c00affe1000167 01000168"))
        #expect(configuration.video == nil)
    }
}
