import CodecParsing
import MediaModel
import NIOCore

extension AudioTagHeader {
    /// What the sound is like, as far as the flags and the first frame tell.
    ///
    /// Where a format has one rate whatever the flags say, that rate; for MP3 what the frame's own header says.
    func audioFormat(firstFrame: ByteBuffer) -> AudioFormat {
        let channels = isStereo ? 2 : 1
        switch format {
        case .mp3, .mp3At8kHz:
            if let frame = MPEGAudioHeader(parsing: firstFrame) {
                return AudioFormat(
                    sampleRate: frame.sampleRate, channelCount: frame.channelCount,
                    samplesPerFrame: frame.samplesPerFrame)
            }
            return AudioFormat(sampleRate: format == .mp3 ? rate.hertz : 8000, channelCount: channels)
        case .linearPCM, .linearPCMLittleEndian:
            return AudioFormat(sampleRate: rate.hertz, channelCount: channels, bitsPerSample: is16Bit ? 16 : 8)
        case .nellymoser16kHz, .speex: return AudioFormat(sampleRate: 16_000, channelCount: 1)
        case .nellymoser8kHz: return AudioFormat(sampleRate: 8000, channelCount: 1)
        case .g711ALaw, .g711MuLaw: return AudioFormat(sampleRate: 8000, channelCount: channels)
        case .opus: return AudioFormat(sampleRate: 48_000, channelCount: channels)
        case .adpcm, .nellymoser, .aac, .deviceSpecific:
            return AudioFormat(sampleRate: rate.hertz, channelCount: channels)
        }
    }

    /// Makes the header of a frame in `format`, with flags that come nearest to what the sound is like.
    init(format: FLVSoundFormat, of sound: AudioFormat?) {
        // AAC has fixed flags (3, 1, 1): the configuration alone counts.
        guard let sound, format != .aac else {
            self.init(format: format, aacPacketType: format == .aac ? .frame : nil)
            return
        }
        // Where the flags mean nothing, what FFmpeg writes: some players look at them all the same.
        let rate: SoundRate =
            switch format {
            case .speex: .hertz11025
            case .nellymoser16kHz: .hertz5512
            default: SoundRate(nearest: sound.sampleRate)
            }
        self.init(
            format: format, rate: rate, is16Bit: sound.bitsPerSample > 8, isStereo: sound.channelCount > 1)
    }
}

extension AudioTagHeader.SoundRate {
    /// The rate that is nearest to `hertz`.
    init(nearest hertz: Int) {
        self =
            switch hertz {
            case ...8268: .hertz5512
            case ...16_537: .hertz11025
            case ...33_075: .hertz22050
            default: .hertz44100
            }
    }
}
