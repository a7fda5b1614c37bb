public import NIOCore

/// What a decoder must know before the first frame of a track.
///
/// Two configurations are equal when a decoder could not tell them apart; a repeated sequence header is no change.
public struct CodecConfiguration: Hashable, Sendable {
    /// The coding.
    public let codec: Codec
    /// The decoder configuration record, in the one form that the house uses; empty for codecs that have none.
    ///
    /// - H.264, H.265, H.266: `AVC-`, `HEVC-`, `VvcDecoderConfigurationRecord` (ISO/IEC 14496-15).
    /// - AV1: `AV1CodecConfigurationRecord` with its configuration OBUs.
    /// - VP8, VP9: `VPCodecConfigurationRecord` without the version and flags of the `vpcC` box.
    /// - AAC: `AudioSpecificConfig`. Opus: the identification header, `OpusHead` and all (RFC 7845 §5.1).
    /// - FLAC: the 34 bytes of `STREAMINFO` (RFC 9639 §8.2), without block header.
    /// - AC-3, E-AC-3: the content of the `dac3` and `dec3` boxes (ETSI TS 102 366 annex F), made from the first frame.
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
    /// Width to height of a pixel; `nil` when nobody said so, and then mostly 1:1.
    public var sampleAspectRatio: SampleAspectRatio?
    /// Frames per second as the parameter sets declare it, if they do.
    public var frameRate: Double?
    /// Bits in a sample of luma: 8, 10 or 12; `nil` when unknown.
    public var bitDepth: Int?
    /// What the samples mean as colours; `nil` when nobody said so.
    public var color: ColorDescription?
    /// The screen on which the pictures were mastered, if somebody said so.
    public var masteringDisplay: MasteringDisplay?
    /// How bright the content becomes, if somebody said so.
    public var contentLightLevel: ContentLightLevel?

    /// Makes a format.
    public init(
        width: Int, height: Int, sampleAspectRatio: SampleAspectRatio? = nil, frameRate: Double? = nil,
        bitDepth: Int? = nil, color: ColorDescription? = nil, masteringDisplay: MasteringDisplay? = nil,
        contentLightLevel: ContentLightLevel? = nil
    ) {
        self.width = width
        self.height = height
        self.sampleAspectRatio = sampleAspectRatio
        self.frameRate = frameRate
        self.bitDepth = bitDepth
        self.color = color
        self.masteringDisplay = masteringDisplay
        self.contentLightLevel = contentLightLevel
    }
}

/// The shape of a pixel: `width` to `height`, neither of them 0.
public struct SampleAspectRatio: Hashable, Sendable {
    /// Horizontal size, in any unit.
    public let width: UInt16
    /// Vertical size, in the same unit.
    public let height: UInt16

    /// Makes a ratio; `nil` when one of the sizes is 0.
    public init?(width: UInt16, height: UInt16) {
        guard width > 0, height > 0 else { return nil }
        self.width = width
        self.height = height
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
    /// Which loudspeaker each channel is for; `nil` when it follows from the number of channels, or nobody said so.
    public var channelLayout: ChannelLayout?

    /// Makes a format.
    public init(
        sampleRate: Int, channelCount: Int, samplesPerFrame: Int? = nil, bitsPerSample: Int = 16,
        channelLayout: ChannelLayout? = nil
    ) {
        self.sampleRate = sampleRate
        self.channelCount = channelCount
        self.samplesPerFrame = samplesPerFrame
        self.bitsPerSample = bitsPerSample
        self.channelLayout = channelLayout
    }
}
