public import MediaModel
public import NIOCore

extension CodecConfiguration {
    /// Makes an AAC configuration of the bytes of an `AudioSpecificConfig`, which are kept as they are.
    public static func aac(record bytes: ByteBuffer) throws(AudioSpecificConfigFault) -> CodecConfiguration {
        let config = try AudioSpecificConfig(parsing: bytes)
        return CodecConfiguration(audio: .aac, record: bytes, format: config.audioFormat)
    }

    /// Makes an AAC configuration of a value that was put together here.
    public static func aac(_ config: AudioSpecificConfig) -> CodecConfiguration {
        var bytes = ByteBuffer()
        config.write(into: &bytes)
        return CodecConfiguration(audio: .aac, record: bytes, format: config.audioFormat)
    }
}

extension AudioSpecificConfig {
    /// The sound as it comes out of the decoder, band replication and parametric stereo included.
    ///
    /// Channels that only the frames tell are taken for two.
    public var audioFormat: AudioFormat {
        let outputFrequency = bandReplication?.samplingFrequency ?? samplingFrequency
        let coreChannels = channelCount ?? 2
        let isUpmixed = coreChannels == 1 && bandReplication?.hasParametricStereo == true
        return AudioFormat(
            sampleRate: outputFrequency, channelCount: isUpmixed ? 2 : coreChannels,
            samplesPerFrame: frameLength.map { samplingFrequency > 0 ? $0 * outputFrequency / samplingFrequency : $0 },
            channelLayout: channelLayout)
    }
}
