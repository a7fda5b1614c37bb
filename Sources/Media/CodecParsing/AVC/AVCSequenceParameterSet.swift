public import MediaModel

/// What an H.264 sequence parameter set says about the pictures (ITU-T H.264 §7.3.2.1.1).
public struct AVCSequenceParameterSet: Hashable, Sendable {
    /// `profile_idc`.
    public internal(set) var profile: UInt8
    /// The byte of constraint flags, `constraint_set0_flag` being the highest bit.
    public internal(set) var compatibility: UInt8
    /// `level_idc`, ten times the level.
    public internal(set) var level: UInt8
    /// Sampling of the colour planes.
    public internal(set) var chromaFormat: ChromaFormat = .yuv420
    /// Bits in a luma sample, 8 … 14.
    public internal(set) var lumaBitDepth = 8
    /// Bits in a chroma sample, 8 … 14.
    public internal(set) var chromaBitDepth = 8
    /// Width of the picture in luma samples, after cropping.
    public internal(set) var width = 0
    /// Height of the picture in luma samples, after cropping.
    public internal(set) var height = 0
    /// Whether every picture is a whole frame; otherwise there may be fields.
    public internal(set) var hasFramesOnly = true
    /// What the video usability information says; `nil` when it is absent or cannot be read.
    public internal(set) var usability: VideoUsability?

    /// The most macroblocks in a row or a column that any level allows: √(8 · 139,264) at level 6.2 (ITU-T H.264 §A.3.1
    /// items f and g).
    public static let mostMacroblocksAcross = 1_055

    /// Frames per second as the timing information declares them; `nil` without it, and when it is no rate of frames.
    public var frameRate: Double? { usability?.timing?.frameRate(ticksPerFrame: 2) }

    /// The shape of the pictures.
    public var videoFormat: VideoFormat {
        VideoFormat(
            width: width, height: height, sampleAspectRatio: usability?.sampleAspectRatio, frameRate: frameRate,
            bitDepth: lumaBitDepth, color: usability?.color)
    }
}
