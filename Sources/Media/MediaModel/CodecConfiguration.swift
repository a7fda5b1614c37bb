public import NIOCore

/// What a decoder must know before the first frame of a track.
///
/// Two configurations are equal when a decoder could not tell them apart; a repeated sequence header is no change.
public struct CodecConfiguration: Hashable, Sendable {
    /// The coding.
    public let codec: Codec
    /// The decoder configuration record, byte for byte as FLV and ISO BMFF carry it (`AVCDecoderConfigurationRecord`,
    /// `AudioSpecificConfig`, …); empty for codecs that have none.
    public let record: ByteBuffer
    /// What the pictures look like, as far as the record tells; `nil` for sound, and when nothing is known.
    public let video: VideoFormat?
    /// What the sound is like, as far as record or tag headers tell; `nil` for pictures, and when nothing is known.
    public let audio: AudioFormat?

    /// Makes the configuration of a picture coding.
    public init(video codec: Codec, record: ByteBuffer = ByteBuffer(), format: VideoFormat? = nil) {
        self.codec = codec
        self.record = record
        self.video = format
        self.audio = nil
    }

    /// Makes the configuration of a sound coding.
    public init(audio codec: Codec, record: ByteBuffer = ByteBuffer(), format: AudioFormat? = nil) {
        self.codec = codec
        self.record = record
        self.video = nil
        self.audio = format
    }
}

/// The shape of the pictures of a track.
public struct VideoFormat: Hashable, Sendable {
    /// Width of the displayed picture in pixels, after cropping.
    public var width: Int
    /// Height of the displayed picture in pixels, after cropping.
    public var height: Int
    /// Frames per second as the parameter sets declare it, if they do.
    public var frameRate: Double?

    /// Makes a format.
    public init(width: Int, height: Int, frameRate: Double? = nil) {
        self.width = width
        self.height = height
        self.frameRate = frameRate
    }
}

/// The shape of the sound of a track.
public struct AudioFormat: Hashable, Sendable {
    /// Samples per second of the decoded sound.
    public var sampleRate: Int
    /// Number of channels of the decoded sound.
    public var channelCount: Int
    /// Samples (per channel) that one frame decodes to, at `sampleRate`; `nil` where frames vary or nothing is known.
    public var samplesPerFrame: Int?
    /// Bits in a sample where the coding has such a thing, otherwise 16.
    public var bitsPerSample: Int

    /// Makes a format.
    public init(sampleRate: Int, channelCount: Int, samplesPerFrame: Int? = nil, bitsPerSample: Int = 16) {
        self.sampleRate = sampleRate
        self.channelCount = channelCount
        self.samplesPerFrame = samplesPerFrame
        self.bitsPerSample = bitsPerSample
    }
}
