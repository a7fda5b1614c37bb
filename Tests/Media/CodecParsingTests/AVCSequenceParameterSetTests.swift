import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("H.264 sequence parameter sets")
struct AVCSequenceParameterSetTests {
    private func parse(_ record: ByteBuffer) throws -> AVCSequenceParameterSet {
        try #require(try AVCDecoderConfigurationRecord(parsing: record).firstSequenceParameterSet)
    }

    @Test("a constrained baseline set tells 64×48")
    func baseline() throws {
        let set = try parse(AVCSamples.tiny)
        #expect(set.profile == 66)
        #expect(set.compatibility == 0xC0)
        #expect(set.level == 10)
        #expect(set.width == 64)
        #expect(set.height == 48)
        #expect(set.chromaFormat == .yuv420)
    }

    @Test("cropping makes 1,080 lines of 1,088, and the rate is found behind emulation prevention")
    func cropping() throws {
        let set = try parse(AVCSamples.fullHD)
        #expect(set.width == 1920)
        #expect(set.height == 1080)
        #expect(set.frameRate == 30)
        #expect(set.lumaBitDepth == 8)
    }

    @Test("bit depth, chroma format, aspect ratio and an even rate are read")
    func tenBit() throws {
        let set = try parse(AVCSamples.tenBit)
        #expect(set.width == 1280)
        #expect(set.height == 720)
        #expect(set.lumaBitDepth == 10)
        #expect(set.chromaBitDepth == 10)
        #expect(set.chromaFormat == .yuv422)
        let usability = try #require(set.usability)
        #expect(usability.sampleAspectRatio?.width == 4)
        #expect(usability.sampleAspectRatio?.height == 3)
        #expect(usability.timing?.timeScale == 120_000)
        #expect(usability.timing?.unitsInTick == 1001)
        #expect(set.frameRate == 60_000.0 / 1001)
    }

    @Test("fields double the map units")
    func interlaced() throws {
        let set = try parse(AVCSamples.interlaced)
        #expect(!set.hasFramesOnly)
        #expect(set.width == 720)
        #expect(set.height == 576)
        #expect(set.frameRate == 25)
        #expect(set.usability?.sampleAspectRatio?.width == 64)
        #expect(set.usability?.sampleAspectRatio?.height == 45)
    }

    @Test("fields double the unit of cropping, and colours are read")
    func interlacedCropping() throws {
        let set = try parse(AVCSamples.interlacedHD)
        #expect(set.width == 1920)
        #expect(set.height == 1080)
        let usability = try #require(set.usability)
        #expect(usability.sampleAspectRatio?.width == 4)
        #expect(
            usability.color
                == ColorDescription(primaries: 9, transferCharacteristics: 1, matrixCoefficients: 9))
    }

    @Test("scaling matrices are passed over")
    func scalingMatrices() throws {
        let set = try parse(AVCSamples.fullChroma)
        #expect(set.chromaFormat == .yuv444)
        #expect(set.width == 320)
        #expect(set.height == 240)
    }

    @Test("a clock rate is not taken for a rate of frames")
    func clockRate() throws {
        var bits = BitPattern()
        bits.setUpToUsability()
        bits.append("1 0 0 0 0 1")
        bits.append(number: 1, bits: 32)
        bits.append(number: 2000, bits: 32)
        bits.append("0 0 0 0 0 1")
        let set = try AVCSequenceParameterSet(parsing: bits.nalUnit)
        #expect(set.usability?.timing?.timeScale == 2000)
        #expect(set.frameRate == nil)
    }

    @Test("usability information that is cut short leaves size and profile standing")
    func brokenUsability() throws {
        var bits = BitPattern()
        bits.setUpToUsability()
        bits.append("1 1 1")
        let set = try AVCSequenceParameterSet(parsing: bits.nalUnit)
        #expect(set.width == 320)
        #expect(set.usability == nil)
    }

    @Test("absurd sizes, cropping to nothing and numbers out of range are refused")
    func absurdities() {
        var bits = BitPattern()
        bits.setUpToSize()
        bits.append(golomb: 1055)
        bits.append(golomb: 10)
        bits.append("1 1 0 0")
        #expect(throws: ParameterSetFault.pictureTooLarge(width: 16 * 1056, height: 176)) {
            try AVCSequenceParameterSet(parsing: bits.nalUnit)
        }
        bits = BitPattern()
        bits.setUpToSize()
        bits.append(golomb: 0xFFFF_FFFE)
        bits.append(golomb: 0xFFFF_FFFE)
        bits.append("0 1 1 0 0")
        #expect(throws: ParameterSetFault.self) { try AVCSequenceParameterSet(parsing: bits.nalUnit) }
        bits = BitPattern()
        bits.setUpToSize()
        bits.append(golomb: 19)
        bits.append(golomb: 14)
        bits.append("1 1 1")
        bits.append(golomb: 80)
        bits.append(golomb: 80)
        bits.append("1 1 0")
        #expect(throws: ParameterSetFault.nothingLeftAfterCropping) {
            try AVCSequenceParameterSet(parsing: bits.nalUnit)
        }
        bits = BitPattern()
        bits.append(number: 0x6742_C00A, bits: 32)
        bits.append(golomb: 32)
        #expect(throws: ParameterSetFault.valueOutOfRange(32)) { try AVCSequenceParameterSet(parsing: bits.nalUnit) }
        #expect(throws: ParameterSetFault.unexpectedType(0x68)) {
            try AVCSequenceParameterSet(parsing: ByteBuffer(hex: "68ce0fc8"))
        }
    }

    @Test("truncated, flipped and random sets never trap and never tell an absurd size")
    func hostileInput() throws {
        var generator = SeededGenerator(seed: 7)
        var inputs: [ByteBuffer] = []
        for record in AVCSamples.all {
            let set = try #require(try AVCDecoderConfigurationRecord(parsing: record).sequenceParameterSets.first)
            inputs += set.truncations
            inputs += (0..<set.readableBytes * 8).map { set.flipping(bit: $0) }
        }
        for _ in 0..<2000 {
            var bytes = ByteBuffer(hex: "67")
            bytes.writeImmutableBuffer(generator.bytes(0...60))
            inputs.append(bytes)
        }
        for input in inputs {
            guard let set = try? AVCSequenceParameterSet(parsing: input) else { continue }
            #expect((1...16 * 1055).contains(set.width))
            #expect((1...16 * 1055).contains(set.height))
            if let rate = set.frameRate { #expect(rate > 0 && rate <= 300) }
        }
    }
}

/// Puts a sequence parameter set together bit by bit.
private struct BitPattern {
    private var bits: [Bool] = []

    mutating func append(_ pattern: String) {
        bits += pattern.filter { $0 != " " }.map { $0 == "1" }
    }

    mutating func append(number: UInt64, bits count: Int) {
        bits += (0..<count).reversed().map { number >> UInt64($0) & 1 == 1 }
    }

    mutating func append(golomb value: UInt64) {
        let width = 64 - (value + 1).leadingZeroBitCount
        append(number: 0, bits: width - 1)
        append(number: value + 1, bits: width)
    }

    /// Baseline, set 0, 4-bit frame numbers, picture order by type 2, one reference frame, no gaps.
    mutating func setUpToSize() {
        append(number: 0x6742_C00A, bits: 32)
        append("1 1 011 010 0")
    }

    /// The same and 320×240 without cropping.
    mutating func setUpToUsability() {
        setUpToSize()
        append(golomb: 19)
        append(golomb: 14)
        append("1 1 0")
    }

    /// The bytes with emulation prevention put in.
    var nalUnit: ByteBuffer {
        var buffer = ByteBuffer()
        var zeros = 0
        let padded = bits + Array(repeating: false, count: (8 - bits.count % 8) % 8)
        for start in stride(from: 0, to: padded.count, by: 8) {
            let byte = padded[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
            if zeros == 2, byte <= 3 {
                buffer.writeInteger(3 as UInt8)
                zeros = 0
            }
            buffer.writeInteger(byte)
            zeros = byte == 0 ? zeros + 1 : 0
        }
        return buffer
    }
}
