public import MediaModel
public import NIOCore

extension CodecConfiguration {
    /// Samples per channel that `payload`, one frame of this sound, decodes to, at the rate of ``audio``; `nil` for
    /// pictures, and where neither the configuration nor the payload tells.
    public func sampleCount(of payload: ByteBuffer) -> Int? {
        switch codec {
        case .opus: return OpusPacket.sampleCount(of: payload)
        case .flac: return FLACFrameHeader(parsing: payload)?.blockSize
        case .mp3, .mp3At8kHz: return MPEGAudioHeader(parsing: payload)?.samplesPerFrame ?? audio?.samplesPerFrame
        case .ac3: return AC3SyncFrame.sampleCount(of: payload) ?? AC3SyncFrame.samplesPerFrame
        case .eac3: return EAC3SyncFrame.sampleCount(of: payload) ?? audio?.samplesPerFrame
        case .g711ALaw, .g711MuLaw: return samples(of: payload, bits: 8)
        case .linearPCM, .linearPCMLittleEndian: return samples(of: payload, bits: audio?.bitsPerSample ?? 16)
        case .nellymoser, .nellymoser8kHz, .nellymoser16kHz: return NellymoserPacket.sampleCount(of: payload)
        // One packet may hold several frames of 20 ms, and only decoding tells where each ends.
        case .speex: return audio?.samplesPerFrame
        case .aac: return audio?.samplesPerFrame
        case .adpcm: return ADPCMPacket.sampleCount(of: payload, channelCount: audio?.channelCount ?? 1)
        case .deviceSpecific, .h264, .h265, .h266, .av1, .vp8, .vp9, .jpeg, .sorensonH263, .screenVideo,
            .screenVideo2, .vp6, .vp6Alpha, .h263, .mpeg4Part2:
            return nil
        }
    }

    /// The number of samples in sound whose samples are all `bits` long.
    private func samples(of payload: ByteBuffer, bits: Int) -> Int? {
        let bytesPerSample = bits / 8 * max(1, audio?.channelCount ?? 1)
        guard bytesPerSample > 0 else { return nil }
        return payload.readableBytes / bytesPerSample
    }
}
