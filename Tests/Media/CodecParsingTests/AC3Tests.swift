import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("AC-3 and E-AC-3")
struct AC3Tests {
    @Test("the first frame makes the box that FFmpeg writes")
    func ac3Boxes() throws {
        for (frame, box, channels, length) in [
            (CodecSamples.ac3Mono, "100880", 1, 256), (CodecSamples.ac3Stereo, "101100", 2, 512),
            (CodecSamples.ac3Surround, "103dc0", 6, 1536),
        ] {
            let configuration = try #require(CodecConfiguration.ac3(firstFrame: frame))
            #expect(configuration.record.hex == box)
            #expect(configuration.audio?.channelCount == channels)
            #expect(configuration.audio?.sampleRate == 48_000)
            #expect(configuration.audio?.samplesPerFrame == 1536)
            #expect(try CodecConfiguration.ac3(record: configuration.record) == configuration)
            #expect(AC3SyncFrame(parsing: frame)?.frameLength == length)
        }
        #expect(
            CodecConfiguration.ac3(firstFrame: CodecSamples.ac3Surround)?.audio?.channelLayout == .native(mask: 0x60F))
        #expect(CodecConfiguration.ac3(firstFrame: CodecSamples.eac3Mono) == nil)
    }

    @Test("frame lengths at 44.1 kHz, with and without a padding word, and at 32 kHz")
    func frameLengths() throws {
        let short = try #require(AC3SyncFrame(parsing: ByteBuffer(hex: "0b778e55504043e1")))
        #expect(short.frameLength == 556)
        #expect(short.sampleRate == 44_100)
        #expect(short.kilobitsPerSecond == 128)
        #expect(AC3SyncFrame(parsing: ByteBuffer(hex: "0b77e229514043e1"))?.frameLength == 558)
        #expect(AC3SyncFrame(parsing: ByteBuffer(hex: "0b77e229904043e1"))?.frameLength == 768)
        // bsid 9: half the sample rate.
        #expect(AC3SyncFrame(parsing: ByteBuffer(hex: "0b77e229104843e1"))?.sampleRate == 24_000)
        for hex in ["", "0b77", "0b77e229d04043e1", "0b77e229264043e1", "0b76e229104043e1", "0b77e2291058"] {
            #expect(AC3SyncFrame(parsing: ByteBuffer(hex: hex)) == nil)
        }
    }

    @Test("the first E-AC-3 frame makes the box that FFmpeg writes")
    func eac3Boxes() throws {
        for (frame, box, channels, length) in [
            (CodecSamples.eac3Mono, "0200200200", 1, 256), (CodecSamples.eac3Stereo, "0400200400", 2, 512),
            (CodecSamples.eac3Surround, "0c00200f00", 6, 1536),
        ] {
            let configuration = try #require(CodecConfiguration.eac3(firstFrame: frame))
            #expect(configuration.record.hex == box)
            #expect(configuration.audio?.channelCount == channels)
            #expect(configuration.audio?.sampleRate == 48_000)
            #expect(configuration.audio?.samplesPerFrame == 1536)
            let header = try #require(EAC3SyncFrame(parsing: frame))
            #expect(header.frameLength == length)
            #expect(header.bitStreamIdentification == 16)
            let read = try CodecConfiguration.eac3(record: configuration.record)
            #expect(read.record == configuration.record)
            #expect(read.audio?.channelCount == channels)
            #expect(read.audio?.samplesPerFrame == nil)
        }
        #expect(CodecConfiguration.eac3(firstFrame: CodecSamples.ac3Mono) == nil)
        #expect(throws: ConfigurationRecordFault.truncated) {
            try CodecConfiguration.eac3(record: ByteBuffer(hex: "0200"))
        }
    }

    @Test("a dependent substream adds the channels of its map: 7.1")
    func dependentSubstream() throws {
        // Independent 5.1 of 16 bytes, dependent one with four channels in `chanmap`: Ls, Rs, Lrs and Rrs.
        let independent = frame(type: 0, words: 8, mode: 7, lowFrequencies: true, map: nil)
        let dependent = frame(type: 1, words: 8, mode: 6, lowFrequencies: false, map: 0x1A00)
        var unit = independent
        unit.writeImmutableBuffer(dependent)
        // What follows is the next access unit.
        unit.writeImmutableBuffer(independent)
        let configuration = try #require(CodecConfiguration.eac3(firstFrame: unit))
        #expect(configuration.audio?.channelCount == 8)
        #expect(configuration.audio?.channelLayout == nil)
        let box = try EAC3SpecificBox(parsing: configuration.record)
        #expect(box.substreams.count == 1)
        #expect(box.substreams.first?.dependentCount == 1)
        #expect(box.substreams.first?.addedLocations == 0b10)
        // 32 bytes in 1,536 samples at 48 kHz.
        #expect(box.kilobitsPerSecond == 8)
        #expect(configuration.sampleCount(of: unit) == 3072)
    }

    @Test("frames of one block come several in a payload")
    func shortFrames() throws {
        let short = frame(type: 0, words: 8, mode: 2, lowFrequencies: false, map: nil, blocks: 0)
        var payload = ByteBuffer()
        for _ in 0..<6 { payload.writeImmutableBuffer(short) }
        let configuration = try #require(CodecConfiguration.eac3(firstFrame: payload))
        #expect(configuration.audio?.samplesPerFrame == 1536)
        #expect(EAC3SyncFrame(parsing: short)?.sampleCount == 256)
    }

    @Test("boxes and frames cut short or turned over")
    func hostile() {
        var inputs: [ByteBuffer] = []
        for sample in [
            CodecSamples.ac3Surround, CodecSamples.eac3Surround, ByteBuffer(hex: "0c00200f00"),
            ByteBuffer(hex: "103dc0"),
        ] {
            inputs += sample.truncations + (0..<sample.readableBytes * 8).map { sample.flipping(bit: $0) }
        }
        for input in inputs {
            for configuration in [
                CodecConfiguration.ac3(firstFrame: input), CodecConfiguration.eac3(firstFrame: input),
                try? CodecConfiguration.ac3(record: input), try? CodecConfiguration.eac3(record: input),
            ] {
                guard let format = configuration?.audio else { continue }
                #expect(format.channelCount > 0 && format.sampleRate >= 8_000)
            }
        }
    }

    /// An E-AC-3 frame at 48 kHz, filled with zeros.
    private func frame(
        type: UInt64, words: Int, mode: UInt64, lowFrequencies: Bool, map: UInt64?, blocks: UInt64 = 3
    ) -> ByteBuffer {
        var bits: [Bool] = []
        func add(_ number: UInt64, _ count: Int) {
            bits += (0..<count).reversed().map { number >> UInt64($0) & 1 == 1 }
        }
        add(0x0B77, 16)
        add(type, 2)
        add(0, 3)
        add(UInt64(words - 1), 11)
        add(0, 2)
        add(blocks, 2)
        add(mode, 3)
        add(lowFrequencies ? 1 : 0, 1)
        add(16, 5)
        add(31, 5)
        add(0, 1)
        if let map {
            add(1, 1)
            add(map, 16)
        }
        bits += Array(repeating: false, count: 16 * words - bits.count)
        return ByteBuffer(
            bytes: stride(from: 0, to: bits.count, by: 8).map { start in
                bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
            })
    }
}
