/// What an H.265 sequence parameter set says about the pictures (ITU-T H.265 §7.3.2.2).
public struct HEVCSequenceParameterSet: Hashable, Sendable {
    /// Profile, tier and level.
    public internal(set) var general: HEVCProfileTierLevel
    /// `sps_max_sub_layers_minus1` + 1: how many temporal layers there may be, 1 … 7.
    public internal(set) var temporalLayerCount = 1
    /// `sps_temporal_id_nesting_flag`.
    public internal(set) var isTemporalIDNested = false
    /// Sampling of the colour planes.
    public internal(set) var chromaFormat: ChromaFormat = .yuv420
    /// Bits in a luma sample, 8 … 16.
    public internal(set) var lumaBitDepth = 8
    /// Bits in a chroma sample, 8 … 16.
    public internal(set) var chromaBitDepth = 8
    /// Width of the picture in luma samples, after cropping to the conformance window.
    public internal(set) var width = 0
    /// Height of the picture in luma samples, after cropping to the conformance window.
    public internal(set) var height = 0
    /// What the video usability information says; `nil` when it is absent or cannot be read.
    public internal(set) var usability: VideoUsability?

    /// The most samples in a row or a column that any level allows: √(8 · 142,606,336) at level 7 (ITU-T H.265 §A.4.1
    /// items b and c).
    public static let mostSamplesAcross = 33_776

    /// Frames per second as the timing information declares them; `nil` without it, and when it is no rate of frames.
    public var frameRate: Double? { usability?.timing?.frameRate(ticksPerFrame: 1) }
}
