import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("Opus")
struct OpusTests {
    @Test("libopus's header, kept as it is")
    func header() throws {
        let configuration = try CodecConfiguration.opus(record: CodecSamples.opusStereo)
        #expect(configuration.record == CodecSamples.opusStereo)
        #expect(configuration.audio == AudioFormat(sampleRate: 48_000, channelCount: 2))
        let header = try OpusIdentificationHeader(parsing: CodecSamples.opusStereo)
        #expect(header == OpusIdentificationHeader())
    }

    @Test("six channels out of four streams")
    func mapping() throws {
        let header = try OpusIdentificationHeader(parsing: CodecSamples.opusSurround)
        #expect(header.channelCount == 6)
        #expect(header.preSkip == 312)
        #expect(
            header.channelMapping
                == .init(family: 1, streamCount: 4, coupledCount: 2, table: ByteBuffer(hex: "000401020305")))
        var written = ByteBuffer()
        header.write(into: &written)
        #expect(written == CodecSamples.opusSurround)
    }

    @Test("no bytes stand for two channels")
    func empty() throws {
        #expect(try CodecConfiguration.opus(record: ByteBuffer()).record == CodecSamples.opusStereo)
    }

    @Test("what is wrong with a header is told by name")
    func faults() {
        func fault(_ hex: String) -> ConfigurationRecordFault? {
            do throws(ConfigurationRecordFault) {
                _ = try CodecConfiguration.opus(record: ByteBuffer(hex: hex))
                return nil
            } catch { return error }
        }
        let magic = "4f70757348656164"
        #expect(fault("4f70757354616773 01 02") == .unknownSignature)
        #expect(fault(magic) == .truncated)
        #expect(fault(magic + "10 02 3801 80bb0000 0000 00") == .unsupportedVersion(16))
        #expect(fault(magic + "01 00 3801 80bb0000 0000 00") == .noChannels)
        #expect(fault(magic + "01 03 3801 80bb0000 0000 00") == .reservedValue(3))
        #expect(fault(magic + "01 03 3801 80bb0000 0000 01 02 03 000102") == .reservedValue(0x0203))
        #expect(fault(magic + "01 03 3801 80bb0000 0000 01 02 01 0001") == .truncated)
        #expect(fault(magic + "01 04 3801 80bb0000 0000 03 ff 00 0001") == .truncated)
        for part in CodecSamples.opusSurround.truncations where part.readableBytes > 0 {
            #expect(fault(part.hex) == .truncated)
        }
    }

    @Test("the duration of a packet follows from its first byte (RFC 6716 §3.1)")
    func durations() {
        // Configurations 0 to 31 in milliseconds times ten.
        let lengths = [
            100, 200, 400, 600, 100, 200, 400, 600, 100, 200, 400, 600, 100, 200, 100, 200, 25, 50, 100, 200, 25, 50,
            100, 200, 25, 50, 100, 200, 25, 50, 100, 200,
        ]
        for (index, length) in lengths.enumerated() {
            let samples = length * 48 / 10
            func count(_ code: UInt8, _ second: UInt8 = 0) -> Int? {
                OpusPacket.sampleCount(of: ByteBuffer(bytes: [UInt8(index) << 3 | code, second]))
            }
            #expect(count(0) == samples)
            #expect(count(1) == 2 * samples)
            #expect(count(2) == 2 * samples)
            #expect(count(3, 0) == nil)
            #expect(count(3, 0xC2) == 2 * samples)
            #expect(count(3, 63) == (63 * samples <= 5_760 ? 63 * samples : nil))
        }
        #expect(OpusPacket.sampleCount(of: ByteBuffer()) == nil)
        #expect(OpusPacket.sampleCount(of: ByteBuffer(hex: "ff")) == nil)
    }
}
