import CodecParsing
import NIOCore
import TestSupport
import Testing

@Suite("ADTS")
struct ADTSTests {
    @Test("the header of a stereo frame, byte for byte as FFmpeg writes it")
    func writing() throws {
        let config = try AudioSpecificConfig(parsing: ByteBuffer(hex: "1208"))
        let header = try #require(ADTSHeader(for: config, payloadLength: 0x109 - 7))
        var buffer = ByteBuffer()
        header.write(into: &buffer)
        #expect(buffer.hex == "fff15040213ffc")
        #expect(ADTSHeader(parsing: buffer) == header)
        #expect(header.config == config)
    }

    @Test("HE-AAC is announced by its core")
    func bandReplication() throws {
        let config = try AudioSpecificConfig(parsing: ByteBuffer(hex: "2b118800"))
        let header = try #require(ADTSHeader(for: config, payloadLength: 10))
        #expect(header.objectType == .aacLC)
        #expect(header.samplingFrequency == 24_000)
    }

    @Test("what ADTS cannot say gets no header")
    func inexpressible() {
        let stereo = AudioSpecificConfig(samplingFrequency: 44_100, channelConfiguration: 2)
        #expect(ADTSHeader(for: stereo, payloadLength: 8184) != nil)
        #expect(ADTSHeader(for: stereo, payloadLength: 8185) == nil)
        var odd = stereo
        odd.samplingFrequency = 44_056
        #expect(ADTSHeader(for: odd, payloadLength: 10) == nil)
        odd = stereo
        odd.objectType = .usac
        #expect(ADTSHeader(for: odd, payloadLength: 10) == nil)
        odd = stereo
        odd.channelConfiguration = 11
        #expect(ADTSHeader(for: odd, payloadLength: 10) == nil)
        // A program config element, and frames of 960 samples.
        odd.channelConfiguration = 0
        #expect(ADTSHeader(for: odd, payloadLength: 10) == nil)
        odd = stereo
        odd.frameLength = 960
        #expect(ADTSHeader(for: odd, payloadLength: 10) == nil)
        odd.frameLength = nil
        #expect(ADTSHeader(for: odd, payloadLength: 10) != nil)
    }

    @Test("frames lose headers and checksums; what is not whole stays")
    func frames() {
        // One frame without checksum, one MPEG-2 frame with checksum, then the start of a third.
        var frames = ADTSFrames(ByteBuffer(hex: "fff15080013ffc 2110 fff85080015ffc beef 21 fff15080"))
        let payloads = [frames.next(), frames.next(), frames.next()]
        #expect(payloads.map { $0?.hex } == ["2110", "21", nil])
        #expect(frames.rest.hex == "fff15080")
    }

    @Test("a raw frame is not taken for ADTS")
    func rawFrames() {
        #expect(ADTSHeader(parsing: ByteBuffer(hex: "211004608c1c00")) == nil)
        // Layer bits, a reserved frequency, a frame shorter than its header.
        #expect(ADTSHeader(parsing: ByteBuffer(hex: "fff35080013ffc")) == nil)
        #expect(ADTSHeader(parsing: ByteBuffer(hex: "fff17480013ffc")) == nil)
        #expect(ADTSHeader(parsing: ByteBuffer(hex: "fff1508000dffc")) == nil)
        for part in ByteBuffer(hex: "fff15080013ffc").truncations { #expect(ADTSHeader(parsing: part) == nil) }
    }

    @Test("random bytes never trap and never give more than there was")
    func hostileInput() {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<5000 {
            var bytes = ByteBuffer(hex: "fff1")
            bytes.writeImmutableBuffer(generator.bytes(0...40))
            #expect(ADTSFrames(bytes).reduce(0) { $0 + $1.readableBytes } <= 42)
        }
    }
}
