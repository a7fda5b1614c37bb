import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("AV1")
struct AV1Tests {
    @Test("a record with a sequence header tells the pictures, and is kept as it is")
    func record() throws {
        let configuration = try CodecConfiguration.av1(record: CodecSamples.av1)
        #expect(configuration.record == CodecSamples.av1)
        #expect(configuration.video == VideoFormat(width: 320, height: 180, bitDepth: 8))
        let full = try AV1CodecConfigurationRecord(parsing: CodecSamples.av1FullChroma)
        #expect(full.profile == 1)
        #expect(!full.isSubsampledAcross && !full.isSubsampledDown)
        let header = try #require(full.sequenceHeader)
        #expect(header.width == 64)
        #expect(header.height == 48)
        #expect(!header.isSubsampledAcross && !header.isSubsampledDown)
    }

    @Test("ten bits and colours from the record, light from the first frame")
    func highDynamicRange() throws {
        let configuration = try CodecConfiguration.av1(record: CodecSamples.av1HDR)
        #expect(
            configuration.video
                == VideoFormat(
                    width: 1280, height: 720, bitDepth: 10,
                    color: ColorDescription(primaries: 9, transferCharacteristics: 16, matrixCoefficients: 9)))
        let light = configuration.withLightMetadata(fromSyncFrame: CodecSamples.av1HDRFrame).video
        #expect(light?.contentLightLevel == ContentLightLevel(maximum: 1000, maximumFrameAverage: 400))
        let display = try #require(light?.masteringDisplay)
        #expect(abs(display.red.x - 0.68) < 1e-4 && abs(display.red.y - 0.32) < 1e-4)
        #expect(abs(display.green.x - 0.265) < 1e-4 && abs(display.blue.y - 0.06) < 1e-4)
        #expect(abs(display.whitePoint.x - 0.3127) < 1e-4)
        #expect(display.maximumLuminance == 1000)
        #expect(abs(display.minimumLuminance - 0.005) < 1e-4)
    }

    @Test("a record made of the first frame is the encoder's")
    func fromFrame() throws {
        for (frame, record) in [
            (CodecSamples.av1HDRFrame, CodecSamples.av1HDR),
            (ByteBuffer(hex: "1200 0a0a20000002aff79b5f2040 3204 10008800"), CodecSamples.av1FullChroma),
        ] {
            let made = try #require(CodecConfiguration.av1(firstFrame: frame))
            let sent = try AV1CodecConfigurationRecord(parsing: record)
            let own = try AV1CodecConfigurationRecord(parsing: made.record)
            #expect(made.record.getSlice(at: 0, length: 4) == record.getSlice(at: 0, length: 4))
            #expect(own.sequenceHeader?.width == sent.sequenceHeader?.width)
            #expect(made.codecString == (try CodecConfiguration.av1(record: record)).codecString)
        }
        #expect(CodecConfiguration.av1(firstFrame: CodecSamples.av1InterFrame) == nil)
    }

    @Test("writing and parsing are inverse")
    func roundTrip() throws {
        for bytes in [CodecSamples.av1, CodecSamples.av1HDR, CodecSamples.av1FullChroma] {
            var written = ByteBuffer()
            try AV1CodecConfigurationRecord(parsing: bytes).write(into: &written)
            #expect(written.hex == bytes.hex)
        }
    }

    @Test("what is wrong with a record is told by name")
    func faults() {
        #expect(throws: ConfigurationRecordFault.truncated) {
            try AV1CodecConfigurationRecord(parsing: ByteBuffer(hex: "81000c"))
        }
        #expect(throws: ConfigurationRecordFault.unknownSignature) {
            try AV1CodecConfigurationRecord(parsing: ByteBuffer(hex: "01000c00"))
        }
        #expect(throws: ConfigurationRecordFault.unsupportedVersion(2)) {
            try AV1CodecConfigurationRecord(parsing: ByteBuffer(hex: "82000c00"))
        }
        #expect(throws: ConfigurationRecordFault.reservedValue(3)) {
            try AV1CodecConfigurationRecord(parsing: ByteBuffer(hex: "81600c00"))
        }
    }

    @Test("units with and without size and extension, and what is none")
    func units() {
        var units = AV1OBUs(ByteBuffer(hex: "1200 3e28 01 aa 30bbcc"))
        #expect(units.next()?.type == .temporalDelimiter)
        let second = units.next()
        #expect(second?.type.rawValue == 7)
        #expect(second?.temporalIdentifier == 1)
        #expect(second?.spatialIdentifier == 1)
        #expect(second?.payload.hex == "aa")
        let last = units.next()
        #expect(last?.type == .frame)
        #expect(last?.payload.hex == "bbcc")
        #expect(units.next() == nil)
        #expect(!units.isCutShort)
        for hex in ["92", "0a", "0aff", "0a8080808080808080", "0affffffff0f", "0a05aa"] {
            #expect(!AV1OBUs(ByteBuffer(hex: hex)).isWellFormed)
            #expect(Array(AV1OBUs(ByteBuffer(hex: hex))).isEmpty)
        }
    }

    @Test("key frames that are shown are where decoding can begin")
    func keyFrames() {
        #expect(AV1OBUs(CodecSamples.av1HDRFrame).isKeyFrame)
        #expect(!AV1OBUs(CodecSamples.av1InterFrame).isKeyFrame)
        // A key frame that is not shown, a frame shown again, nothing.
        for hex in ["32 01 00", "1a 01 80", "1200", ""] {
            #expect(!AV1OBUs(ByteBuffer(hex: hex)).isKeyFrame)
        }
    }

    @Test("temporal delimiters and padding are taken out, wherever they stand")
    func delimiters() {
        func stripped(_ hex: String) -> String { ByteBuffer(hex: hex).withoutAV1TemporalDelimiters().hex }
        #expect(stripped("1200 3201aa") == "3201aa")
        #expect(stripped("1200 1200 3201aa") == "3201aa")
        #expect(stripped("3201aa") == "3201aa")
        #expect(stripped("1200 3201aa 1200 3201bb") == "3201aa3201bb")
        #expect(stripped("3201aa 1200 92ff") == "3201aa92ff")
        #expect(stripped("1200") == "")
        #expect(stripped("1200 7a020080 3201aa") == "3201aa")
        #expect(stripped("3201aa 7a020080") == "3201aa")
        #expect(stripped("3201aa 780080") == "3201aa")
    }

    @Test("timing, operating points and a decoder model are read")
    func timing() throws {
        var bits = Bits()
        bits.add(0, 3 + 1 + 1)  // profile, still_picture, reduced header
        bits.add(1, 1)  // timing_info
        bits.add(1001, 32)
        bits.add(60_000, 32)
        bits.add(0b1_010, 4)  // equal_picture_interval, uvlc 1
        bits.add(1, 1)  // decoder_model_info
        bits.add(4, 5)
        bits.add(7, 32)
        bits.add(0, 10)
        bits.add(1, 1)  // initial_display_delay
        bits.add(1, 5)  // two operating points
        for (level, tier) in [(13, 1), (4, nil)] as [(UInt64, UInt64?)] {
            bits.add(0, 12)
            bits.add(level, 5)
            if let tier { bits.add(tier, 1) }
            bits.add(1, 1)
            bits.add(0, 5 + 5 + 1)
            bits.add(1, 1)
            bits.add(9, 4)
        }
        bits.add(9, 4)
        bits.add(9, 4)
        bits.add(639, 10)
        bits.add(479, 10)
        bits.add(0, 1 + 3 + 4)
        bits.add(0b0_1_1, 3)  // no order hint, screen content tools and integer vectors chosen frame by frame
        bits.add(0, 3)
        bits.add(0b0_0_0_0_01, 6)  // eight bits, colour, nothing told, narrow range, vertical
        bits.add(0, 10)
        let header = try AV1SequenceHeader(parsing: bits.buffer)
        #expect(header.level == 13)
        #expect(header.isHighTier)
        #expect(header.initialDisplayDelay == 9)
        #expect(header.width == 640)
        #expect(header.height == 480)
        #expect(header.frameRate == 60_000.0 / 1001 / 2)
        #expect(header.chromaSamplePosition == 1)
    }

    @Test("truncated and flipped headers are refused or tell a size")
    func hostile() throws {
        for record in [CodecSamples.av1, CodecSamples.av1HDR, CodecSamples.av1FullChroma] {
            let unit = try #require(
                AV1OBUs(try AV1CodecConfigurationRecord(parsing: record).configurationOBUs).sequenceHeader)
            for input in unit.payload.truncations
                + (0..<unit.payload.readableBytes * 8).map({ unit.payload.flipping(bit: $0) })
            {
                guard let header = try? AV1SequenceHeader(parsing: input) else { continue }
                #expect(1...65_536 ~= header.width && 1...65_536 ~= header.height)
                #expect([8, 10, 12].contains(header.bitDepth))
            }
        }
    }
}

/// Puts numbers together bit by bit.
private struct Bits {
    private var bits: [Bool] = []

    mutating func add(_ number: UInt64, _ count: Int) {
        bits += (0..<count).reversed().map { number >> UInt64($0) & 1 == 1 }
    }

    var buffer: ByteBuffer {
        let padded = bits + Array(repeating: false, count: (8 - bits.count % 8) % 8)
        return ByteBuffer(
            bytes: stride(from: 0, to: padded.count, by: 8).map { start in
                padded[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
            })
    }
}
