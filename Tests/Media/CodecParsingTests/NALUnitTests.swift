import CodecParsing
import NIOCore
import TestSupport
import Testing

@Suite("NAL units")
struct NALUnitTests {
    @Test("length-prefixed units come out one by one, empty ones passed over")
    func iteration() {
        let payload = ByteBuffer(hex: "00000002 0910 00000000 00000003 658884 00000000")
        #expect(LengthPrefixedNALUnits(payload).map(\.hex) == ["0910", "658884"])
        #expect(
            LengthPrefixedNALUnits(ByteBuffer(hex: "02 0910 00 03 658884"), nalUnitLength: .oneByte).map(\.hex) == [
                "0910", "658884",
            ])
        #expect(LengthPrefixedNALUnits(ByteBuffer(hex: "0002 0910"), nalUnitLength: .twoBytes).map(\.hex) == ["0910"])
    }

    @Test("a length past the end stops the iteration and is told")
    func cutShort() {
        for hex in ["00000002 0910 00000004 658884", "00000002 0910 ffffffff 65", "00000002 0910 0000"] {
            var units = LengthPrefixedNALUnits(ByteBuffer(hex: hex))
            let first = units.next()
            #expect(first?.hex == "0910")
            #expect(!units.isCutShort)
            let second = units.next()
            #expect(second == nil)
            #expect(units.isCutShort)
            #expect(!LengthPrefixedNALUnits(ByteBuffer(hex: hex)).isWellFormed)
        }
        #expect(LengthPrefixedNALUnits(AVCSamples.idrFrame).isWellFormed)
        #expect(LengthPrefixedNALUnits(ByteBuffer()).isWellFormed)
    }

    @Test("an IDR slice is found behind other units")
    func idr() {
        #expect(LengthPrefixedNALUnits(AVCSamples.idrFrame).containsAVCIDRSlice)
        #expect(!LengthPrefixedNALUnits(AVCSamples.interFrame).containsAVCIDRSlice)
        #expect(LengthPrefixedNALUnits(ByteBuffer(hex: "00000002 0910 00000002 2588")).containsAVCIDRSlice)
    }

    @Test("start codes of three and four bytes, padding and leading rubbish")
    func annexB() {
        let stream = ByteBuffer(hex: "ff 00000001 6742 000001 68ce 0000 00000001 000001 658800000300 01ff 0000")
        #expect(AnnexBNALUnits(stream).map(\.hex) == ["6742", "68ce", "65880000030001ff"])
        #expect(AnnexBNALUnits(ByteBuffer(hex: "6742c00a")).map(\.hex) == [])
        #expect(AnnexBNALUnits(ByteBuffer(hex: "000001")).map(\.hex) == [])
        #expect(AnnexBNALUnits(ByteBuffer(hex: "00000165")).map(\.hex) == ["65"])
        #expect(AnnexBNALUnits(ByteBuffer()).map(\.hex) == [])
    }

    @Test("a start code is found wherever it stands")
    func startCodePlaces() {
        for length in 1...12 {
            var stream = ByteBuffer(hex: "000001")
            stream.writeRepeatingByte(5, count: length)
            stream.writeImmutableBuffer(ByteBuffer(hex: "00000165"))
            #expect(AnnexBNALUnits(stream).map(\.readableBytes) == [length, 1])
        }
    }

    @Test("a start code is told from a length")
    func startCodes() {
        #expect(AnnexBNALUnits.isStartCode(at: ByteBuffer(hex: "00000001")))
        #expect(AnnexBNALUnits.isStartCode(at: ByteBuffer(hex: "000001")))
        for hex in ["00000002", "000000", "0001", "", "0100"] {
            #expect(!AnnexBNALUnits.isStartCode(at: ByteBuffer(hex: hex)))
        }
    }

    @Test("units survive the way through a byte stream and back")
    func annexBRoundTrip() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            var stream = ByteBuffer()
            var payload = ByteBuffer()
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                // Bytes above 3 hold no start code and do not end in a zero.
                let unit = ByteBuffer(bytes: generator.bytes(1...40).readableBytesView.map { $0 | 4 })
                stream.writeAnnexBNALUnit(unit)
                payload.writeLengthPrefixedNALUnit(unit)
            }
            var converted = ByteBuffer()
            converted.writeLengthPrefixed(annexB: stream)
            #expect(converted == payload)
        }
    }

    @Test("a unit too long for its length is left out")
    func tooLong() {
        var buffer = ByteBuffer()
        let longer = buffer.writeLengthPrefixedNALUnit(ByteBuffer(repeating: 9, count: 256), nalUnitLength: .oneByte)
        #expect(!longer)
        #expect(buffer.readableBytes == 0)
        let longest = buffer.writeLengthPrefixedNALUnit(ByteBuffer(repeating: 9, count: 255), nalUnitLength: .oneByte)
        #expect(longest)
        #expect(buffer.readableBytes == 256)
    }

    @Test("a sync frame gets delimiter and parameter sets in front, appended to what is there")
    func syncFrameToAnnexB() throws {
        let record = try AVCDecoderConfigurationRecord(parsing: AVCSamples.tiny)
        var buffer = ByteBuffer(hex: "47")
        let count = buffer.writeAVCAnnexB(AVCSamples.idrFrame, configuration: record, isSync: true)
        #expect(
            buffer.hex == "47" + "0000000109f0" + "000000016742c00ada11ec044000000300400000300283c489a8"
                + "0000000168ce0fc8" + "000000016588843a26280c9c9c9d75d75d75d75e")
        #expect(count == buffer.readableBytes - 1)
    }

    @Test("other frames get the delimiter alone, and there is one only")
    func interFrameToAnnexB() throws {
        let record = try AVCDecoderConfigurationRecord(parsing: AVCSamples.tiny)
        var buffer = ByteBuffer()
        buffer.writeAVCAnnexB(ByteBuffer(hex: "00000002 0930 00000002 419a"), configuration: record, isSync: false)
        #expect(buffer.hex == "0000000109f0" + "00000001419a")
    }

    @Test("parameter sets in the frame are not doubled")
    func setsInBand() throws {
        let record = try AVCDecoderConfigurationRecord(parsing: AVCSamples.tiny)
        var buffer = ByteBuffer()
        buffer.writeAVCAnnexB(
            ByteBuffer(hex: "00000002 6701 00000002 6802 00000002 6588"), configuration: record, isSync: true)
        #expect(buffer.hex == "0000000109f0" + "000000016701" + "000000016802" + "000000016588")
    }

    @Test("random payloads never trap")
    func hostileInput() throws {
        var generator = SeededGenerator(seed: 11)
        let record = try AVCDecoderConfigurationRecord(parsing: AVCSamples.tiny)
        for _ in 0..<2000 {
            let payload = ByteBuffer(bytes: generator.bytes(0...64).readableBytesView.map { $0 & 0x83 })
            var buffer = ByteBuffer()
            buffer.writeAVCAnnexB(payload, configuration: record, isSync: true)
            buffer.writeLengthPrefixed(annexB: payload)
            for length in NALUnitLength.allCases {
                #expect(
                    LengthPrefixedNALUnits(payload, nalUnitLength: length).reduce(0) { $0 + $1.readableBytes } <= 64)
            }
        }
    }
}
