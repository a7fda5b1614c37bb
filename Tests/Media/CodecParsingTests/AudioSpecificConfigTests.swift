import CodecParsing
import MediaModel
import NIOCore
import TestSupport
import Testing

@Suite("AudioSpecificConfig")
struct AudioSpecificConfigTests {
    @Test("44.1 kHz stereo LC")
    func lowComplexity() throws {
        let config = try AudioSpecificConfig(parsing: ByteBuffer(hex: "1210"))
        #expect(config == AudioSpecificConfig(samplingFrequency: 44_100, channelConfiguration: 2))
        #expect(config.audioFormat == AudioFormat(sampleRate: 44_100, channelCount: 2, samplesPerFrame: 1024))
    }

    @Test("frames of 960 samples")
    func shortFrames() throws {
        #expect(try AudioSpecificConfig(parsing: ByteBuffer(hex: "1194")).frameLength == 960)
        #expect(try AudioSpecificConfig(parsing: ByteBuffer(hex: "1190")).frameLength == 1024)
    }

    @Test("explicit HE-AAC: 24 kHz core, 48 kHz and 2,048 samples out")
    func explicitBandReplication() throws {
        let config = try AudioSpecificConfig(parsing: ByteBuffer(hex: "2b118800"))
        #expect(config.objectType == .aacLC)
        #expect(config.announcedObjectType == .sbr)
        #expect(config.samplingFrequency == 24_000)
        #expect(config.bandReplication == .init(samplingFrequency: 48_000))
        #expect(config.audioFormat == AudioFormat(sampleRate: 48_000, channelCount: 2, samplesPerFrame: 2048))
    }

    @Test("explicit HE-AAC v2: a mono core gives two channels")
    func explicitParametricStereo() throws {
        let config = try AudioSpecificConfig(parsing: ByteBuffer(hex: "eb098800"))
        #expect(config.announcedObjectType == .parametricStereo)
        #expect(config.channelCount == 1)
        #expect(config.audioFormat == AudioFormat(sampleRate: 48_000, channelCount: 2, samplesPerFrame: 2048))
    }

    @Test("backward compatible announcement: not there, of band replication, of parametric stereo")
    func backwardCompatible() throws {
        let absent = try AudioSpecificConfig(parsing: ByteBuffer(hex: "121056e500"))
        #expect(absent.bandReplication == nil)
        #expect(absent.audioFormat.sampleRate == 44_100)
        let replicated = try AudioSpecificConfig(parsing: ByteBuffer(hex: "131056e59800"))
        #expect(replicated.bandReplication == .init(samplingFrequency: 48_000, isBackwardCompatible: true))
        let stereo = try AudioSpecificConfig(parsing: ByteBuffer(hex: "130856e59d4880"))
        #expect(stereo.bandReplication?.hasParametricStereo == true)
        #expect(stereo.audioFormat == AudioFormat(sampleRate: 48_000, channelCount: 2, samplesPerFrame: 2048))
    }

    @Test("a program config element tells the channels (2.1 by FFmpeg 5.1.9)")
    func programConfigElement() throws {
        let config = try AudioSpecificConfig(
            parsing: ByteBuffer(hex: "1200 0504 0100 2000 0d4c 6176 6335 392e 3337 2e31 3030 56e5 00"))
        #expect(config.channelConfiguration == 0)
        #expect(config.channelCount == 3)
        #expect(config.samplingFrequency == 44_100)
    }

    @Test("seven channels of a program config element, and loudspeakers of channel configurations")
    func loudspeakers() throws {
        let seven = try AudioSpecificConfig(parsing: CodecSamples.aacSevenChannels)
        #expect(seven.audioFormat.channelCount == 7)
        #expect(seven.audioFormat.channelLayout == nil)
        let surround = try AudioSpecificConfig(parsing: CodecSamples.aacSurround)
        #expect(surround.audioFormat.channelLayout == .native(mask: 0x3F))
        #expect(surround.bandReplication == nil)
        for configuration in [3, 4, 5, 6, 7, 11, 12, 13, 14] as [UInt8] {
            let config = AudioSpecificConfig(samplingFrequency: 48_000, channelConfiguration: configuration)
            guard case .native(let mask) = config.audioFormat.channelLayout else {
                Issue.record("no layout for \(configuration)")
                continue
            }
            #expect(mask.nonzeroBitCount == config.channelCount)
        }
    }

    @Test("error resilient types end with epConfig, before band replication is announced")
    func errorResilience() throws {
        for type in [17, 19, 20, 22, 23, 39] as [UInt8] {
            let config = AudioSpecificConfig(
                objectType: AudioObjectType(rawValue: type), samplingFrequency: 24_000, channelConfiguration: 2,
                frameLength: type == 23 || type == 39 ? 512 : 1024,
                bandReplication: type == 39
                    ? nil : .init(samplingFrequency: 48_000, isBackwardCompatible: true))
            var written = ByteBuffer()
            config.write(into: &written)
            #expect(try AudioSpecificConfig(parsing: written) == config)
        }
        // ER AAC LD at 48 kHz in stereo, as ISO/IEC 14496-3 §4.4.1 lays it out: 10111 0011 0010 0 0 1 000 0 00.
        var bytes = ByteBuffer()
        AudioSpecificConfig(
            objectType: .erAACLD, samplingFrequency: 48_000, channelConfiguration: 2, frameLength: 512
        ).write(into: &bytes)
        #expect(bytes.hex == "b99100")
    }

    @Test("an escaped object type and a frequency in 24 bits")
    func escapes() throws {
        // 31, 10 → 42; frequency 15, 44,056 Hz; two channels.
        let config = try AudioSpecificConfig(parsing: ByteBuffer(hex: "f95e01583040"))
        #expect(config.objectType == .usac)
        #expect(config.samplingFrequency == 44_056)
        #expect(config.frameLength == nil)
        #expect(config.audioFormat.samplesPerFrame == nil)
    }

    @Test("channel configurations 7 and 11 to 14")
    func manyChannels() throws {
        for (configuration, count) in [(7, 8), (11, 7), (12, 8), (13, 24), (14, 8)] as [(UInt8, Int)] {
            var bytes = ByteBuffer()
            AudioSpecificConfig(samplingFrequency: 48_000, channelConfiguration: configuration).write(into: &bytes)
            #expect(try AudioSpecificConfig(parsing: bytes).channelCount == count)
        }
    }

    @Test("writing and parsing are inverse, and parsing and writing too")
    func roundTrip() throws {
        for hex in ["1210", "1194", "2b118800", "eb098800", "131056e598", "130856e59d4880", "f95e01583040"] {
            let config = try AudioSpecificConfig(parsing: ByteBuffer(hex: hex))
            var written = ByteBuffer()
            config.write(into: &written)
            #expect(try AudioSpecificConfig(parsing: written) == config)
        }
        var written = ByteBuffer()
        AudioSpecificConfig(samplingFrequency: 44_100, channelConfiguration: 2).write(into: &written)
        #expect(written.hex == "1210")
    }

    @Test("what makes no sense is refused by name")
    func faults() {
        func fault(_ hex: String) -> AudioSpecificConfigFault? {
            do throws(AudioSpecificConfigFault) {
                _ = try AudioSpecificConfig(parsing: ByteBuffer(hex: hex))
                return nil
            } catch { return error }
        }
        #expect(fault("") == .truncated)
        #expect(fault("12") == .truncated)
        #expect(fault("0210") == .nullObjectType)
        #expect(fault("1690") == .reservedSamplingFrequencyIndex(13))
        #expect(fault("1248") == .reservedChannelConfiguration(9))
        #expect(fault("17800000 10") == .absurdSamplingFrequency(0))
        #expect(fault("17ffffff 90") == .absurdSamplingFrequency(0xFFFFFF))
    }

    @Test("rubbish and a cut behind the channel configuration do no harm")
    func tolerance() throws {
        let stereo = AudioSpecificConfig(samplingFrequency: 44_100, channelConfiguration: 2)
        #expect(try AudioSpecificConfig(parsing: ByteBuffer(hex: "1210ffffffffffff")) == stereo)
        #expect(try AudioSpecificConfig(parsing: ByteBuffer(hex: "121056e5ff")) == stereo)
        // A program config element that is not whole: the channels stay unknown and are taken for two.
        let unknown = try AudioSpecificConfig(parsing: ByteBuffer(hex: "12000504"))
        #expect(unknown.channelCount == nil)
        #expect(unknown.audioFormat.channelCount == 2)
    }

    @Test("every two bytes, and random ones, give a fault or sound values")
    func hostileInput() {
        var generator = SeededGenerator(seed: 5)
        var inputs = (0...UInt16.max).map { ByteBuffer(integer: $0) }
        for _ in 0..<5000 { inputs.append(generator.bytes(0...24)) }
        for input in inputs {
            guard let config = try? AudioSpecificConfig(parsing: input) else { continue }
            let format = config.audioFormat
            #expect((1...192_000).contains(format.sampleRate))
            #expect(format.channelCount >= 0)
        }
    }
}
