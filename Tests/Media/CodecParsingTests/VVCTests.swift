import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("H.266")
struct VVCTests {
    @Test("a record with and without the box's version and flags, kept without")
    func record() throws {
        let configuration = try CodecConfiguration.vvc(record: CodecSamples.vvc)
        #expect(configuration.record.hex == String(CodecSamples.vvc.hex.dropFirst(8)))
        #expect(try CodecConfiguration.vvc(record: configuration.record) == configuration)
        #expect(configuration.video == VideoFormat(width: 64, height: 48, bitDepth: 10))
        #expect(configuration.nalUnitLength == .fourBytes)
        let record = try VVCDecoderConfigurationRecord(parsing: configuration.record)
        #expect(record.isComplete)
        #expect(record.arrays.map(\.type) == [.sequenceParameterSet, .pictureParameterSet])
    }

    @Test("a record that leaves everything to its parameter sets")
    func withoutProfile() throws {
        let record = try VVCDecoderConfigurationRecord(
            parsing: ByteBuffer(hex: "fe 02 0c 0003 006001 8f 0001 0003 007900"))
        #expect(record.profileTierLevel == nil)
        #expect(record.arrays.map(\.type) == [.operatingPoint, .sequenceParameterSet])
        #expect(CodecConfiguration(video: .h266, record: record.bytes).codecString == nil)
    }

    @Test("what is wrong with a record is told by name")
    func faults() {
        func fault(_ hex: String) -> ConfigurationRecordFault? {
            do throws(ConfigurationRecordFault) {
                _ = try VVCDecoderConfigurationRecord(parsing: ByteBuffer(hex: hex))
                return nil
            } catch { return error }
        }
        #expect(fault("") == .truncated)
        #expect(fault("01") == .unknownSignature)
        #expect(fault("fc00") == .unsupportedNALUnitLength(3))
        #expect(fault("ff0065") == .truncated)
        #expect(fault("fe018fffff") == .tooManyParameterSets(65_535))
    }

    @Test("a frame for MPEG-2 systems")
    func annexB() throws {
        let record = try VVCDecoderConfigurationRecord(parsing: CodecSamples.vvc)
        var frame = ByteBuffer()
        frame.writeLengthPrefixedNALUnit(ByteBuffer(hex: "0041c0"))
        #expect(LengthPrefixedNALUnits(frame).containsVVCRandomAccessPoint)
        var stream = ByteBuffer()
        stream.writeVVCAnnexB(frame, configuration: record, isSync: true)
        #expect(AnnexBNALUnits(stream).map { VVCNALUnitType(of: $0)?.rawValue } == [20, 15, 16, 8])
        #expect(stream.hex.hasPrefix("0000000100a1a8"))
    }
}
