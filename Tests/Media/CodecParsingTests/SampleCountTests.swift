import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("Samples in a payload")
struct SampleCountTests {
    @Test("codecs whose frames tell")
    func frames() throws {
        let opus = try CodecConfiguration.opus(record: ByteBuffer())
        #expect(opus.sampleCount(of: ByteBuffer(hex: "fc00")) == 960)
        #expect(opus.sampleCount(of: ByteBuffer(hex: "ff03")) == 2880)
        let flac = try CodecConfiguration.flac(record: CodecSamples.flac24)
        #expect(flac.sampleCount(of: CodecSamples.flacFrame) == 1024)
        #expect(CodecConfiguration(audio: .mp3).sampleCount(of: ByteBuffer(hex: "fffb9064")) == 1152)
        #expect(CodecConfiguration(audio: .ac3).sampleCount(of: CodecSamples.ac3Mono) == 1536)
        #expect(CodecConfiguration(audio: .eac3).sampleCount(of: CodecSamples.eac3Mono) == 1536)
        #expect(try CodecConfiguration.aac(record: ByteBuffer(hex: "1210")).sampleCount(of: ByteBuffer()) == 1024)
        #expect(CodecConfiguration(video: .h264).sampleCount(of: ByteBuffer(hex: "00")) == nil)
    }

    @Test("codecs whose samples have one length")
    func lengths() {
        let stereo = AudioFormat(sampleRate: 44_100, channelCount: 2, bitsPerSample: 16)
        let payload = ByteBuffer(repeating: 0, count: 640)
        #expect(CodecConfiguration(audio: .linearPCMLittleEndian, format: stereo).sampleCount(of: payload) == 160)
        let telephone = AudioFormat(sampleRate: 8000, channelCount: 1)
        #expect(CodecConfiguration(audio: .g711ALaw, format: telephone).sampleCount(of: payload) == 640)
        #expect(CodecConfiguration(audio: .nellymoser, format: telephone).sampleCount(of: payload) == 2560)
        #expect(CodecConfiguration(audio: .nellymoser).sampleCount(of: ByteBuffer(repeating: 0, count: 63)) == nil)
        #expect(CodecConfiguration(audio: .speex).sampleCount(of: payload) == nil)
        // Hostile formats.
        let absurd = AudioFormat(sampleRate: 0, channelCount: 0, bitsPerSample: 0)
        #expect(CodecConfiguration(audio: .linearPCM, format: absurd).sampleCount(of: payload) == nil)
    }

    @Test("ADPCM of SWF: a header and 4,095 codes in a packet")
    func adpcm() {
        // Four bits a code, mono: 2 + 22 + 4,095 · 4 bits are 2,051 bytes.
        let mono = CodecConfiguration(audio: .adpcm, format: AudioFormat(sampleRate: 22_050, channelCount: 1))
        var payload = ByteBuffer(repeating: 0x80, count: 1)
        payload.writeRepeatingByte(0, count: 2050)
        #expect(mono.sampleCount(of: payload) == 4096)
        #expect(mono.sampleCount(of: ByteBuffer(hex: "80000000")) == 3)
        #expect(mono.sampleCount(of: ByteBuffer(hex: "80")) == nil)
        #expect(mono.sampleCount(of: ByteBuffer()) == nil)
    }
}
