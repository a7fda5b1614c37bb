import ISOBMFF
import NIOCore
import TestSupport
import Testing

@Suite("Producer reference times (ISO/IEC 14496-12 §8.16.5)")
struct ProducerReferenceTimeTests {
    private let value = ProducerReferenceTime(
        trackID: 2, millisecondsSince1970: 1_763_740_000_123, mediaTime: 0x1_0000_0002)
    private let bytes = ByteBuffer(
        hex: "00000020 70726674 01000002 00000002 eccb07e0 1f7ced91 0000000100000002")

    @Test("the box is written as the specification lays it out, and read back")
    func roundTrip() throws {
        var written = ByteBuffer()
        value.write(into: &written)
        #expect(written == bytes)
        #expect(try ProducerReferenceTime(reading: try box(["prft"], in: bytes)) == value)
        #expect(value.millisecondsSince1970 == 1_763_740_000_123)
    }

    @Test("every millisecond of a second comes back as itself")
    func milliseconds() {
        for milliseconds in Int64(1_763_740_000_000)..<1_763_740_001_000 {
            let time = ProducerReferenceTime(trackID: 1, millisecondsSince1970: milliseconds, mediaTime: 0)
            #expect(time.millisecondsSince1970 == milliseconds)
        }
    }

    @Test("version 0 has a short time; another version, another box and a short box are faults")
    func reading() throws {
        let short = ByteBuffer(hex: "0000001c 70726674 00000000 00000002 0000000000000000 0000000a")
        #expect(try ProducerReferenceTime(reading: try box(["prft"], in: short)).mediaTime == 10)
        let other = ByteBuffer(hex: "0000001c 70726674 02000000 00000002 0000000000000000 0000000a")
        #expect(throws: ISOBMFFFault.unsupportedVersion("prft", 2)) {
            try ProducerReferenceTime(reading: try box(["prft"], in: other))
        }
        #expect(throws: ISOBMFFFault.missingBox("prft")) {
            try ProducerReferenceTime(reading: try box(["free"], in: ByteBuffer(hex: "00000008 66726565")))
        }
        for length in 12..<32 {
            var cut = bytes.getSlice(at: 0, length: length) ?? ByteBuffer()
            cut.setInteger(UInt32(length), at: 0)
            #expect(throws: ISOBMFFFault.truncated("prft")) {
                try ProducerReferenceTime(reading: try box(["prft"], in: cut))
            }
        }
    }

    @Test("times before 1970 and media before zero are neither")
    func bounds() {
        let time = ProducerReferenceTime(trackID: 1, millisecondsSince1970: -5, mediaTime: -5)
        #expect(time.millisecondsSince1970 == 0 && time.mediaTime == 0)
    }
}
