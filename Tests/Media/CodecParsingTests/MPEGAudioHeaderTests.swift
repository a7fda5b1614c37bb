import CodecParsing
import NIOCore
import TestSupport
import Testing

@Suite("MPEG audio headers")
struct MPEGAudioHeaderTests {
    @Test("MP3 of 128 kbit/s at 44.1 kHz, as LAME writes it")
    func lame() throws {
        let header = try #require(MPEGAudioHeader(parsing: ByteBuffer(hex: "fffb90c4")))
        #expect(header.version == .mpeg1)
        #expect(header.layer == 3)
        #expect(header.bitrateKilobitsPerSecond == 128)
        #expect(header.sampleRate == 44_100)
        #expect(header.channelCount == 1)
        #expect(header.samplesPerFrame == 1152)
        #expect(header.frameLength == 417)
        #expect(MPEGAudioHeader(parsing: ByteBuffer(hex: "fffb9204"))?.frameLength == 418)
        #expect(MPEGAudioHeader(parsing: ByteBuffer(hex: "fffb9204"))?.channelCount == 2)
    }

    @Test("the lower rates have half the samples")
    func lowerRates() throws {
        let half = try #require(MPEGAudioHeader(parsing: ByteBuffer(hex: "fff38000")))
        #expect(half.version == .mpeg2)
        #expect(half.sampleRate == 22_050)
        #expect(half.samplesPerFrame == 576)
        #expect(half.frameLength == 72 * 64_000 / 22_050)
        let quarter = try #require(MPEGAudioHeader(parsing: ByteBuffer(hex: "ffe31800")))
        #expect(quarter.version == .mpeg25)
        #expect(quarter.sampleRate == 8000)
        #expect(quarter.frameLength == 72)
    }

    @Test("layers 1 and 2, and free format")
    func layers() throws {
        let first = try #require(MPEGAudioHeader(parsing: ByteBuffer(hex: "ffffc400")))
        #expect(first.layer == 1)
        #expect(first.samplesPerFrame == 384)
        #expect(first.frameLength == 12 * 384_000 / 48_000 * 4)
        let second = try #require(MPEGAudioHeader(parsing: ByteBuffer(hex: "fffda400")))
        #expect(second.layer == 2)
        #expect(second.bitrateKilobitsPerSecond == 192)
        #expect(second.frameLength == 576)
        let free = try #require(MPEGAudioHeader(parsing: ByteBuffer(hex: "fffb0000")))
        #expect(free.bitrateKilobitsPerSecond == nil)
        #expect(free.frameLength == nil)
    }

    @Test("reserved values are no header")
    func reserved() {
        for hex in ["", "fffb90", "fffbf000", "fffb9c00", "fff99000", "ffeb9000", "7ffb9000"] {
            #expect(MPEGAudioHeader(parsing: ByteBuffer(hex: hex)) == nil)
        }
    }

    @Test("every head of 16 set bits and any 16 others gives a sound value or none")
    func exhaustive() {
        for low in 0...UInt16.max {
            for high in [0xFFFB, 0xFFFF, 0xFFE3, 0xFFF5] as [UInt32] {
                guard let header = MPEGAudioHeader(parsing: ByteBuffer(integer: high << 16 | UInt32(low))) else {
                    continue
                }
                #expect((8000...48_000).contains(header.sampleRate))
            }
        }
    }
}
