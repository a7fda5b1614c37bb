public import MediaModel

/// What an AV1 sequence header says about the pictures (AV1 §5.5).
public struct AV1SequenceHeader: Hashable, Sendable {
    /// `seq_profile`, 0 … 2.
    public internal(set) var profile: UInt8 = 0
    /// `seq_level_idx[0]`, 0 … 31: 4 · (major − 2) + minor; 31 is "any".
    public internal(set) var level: UInt8 = 0
    /// `seq_tier[0]`: whether the bit rate may be that of the high tier.
    public internal(set) var isHighTier = false
    /// `still_picture`.
    public internal(set) var isStillPicture = false
    /// `reduced_still_picture_header`.
    public internal(set) var hasReducedHeader = false
    /// `max_frame_width_minus_1` + 1, in pixels.
    public internal(set) var width = 0
    /// `max_frame_height_minus_1` + 1, in pixels.
    public internal(set) var height = 0
    /// Bits in a sample: 8, 10 or 12.
    public internal(set) var bitDepth = 8
    /// `mono_chrome`.
    public internal(set) var isMonochrome = false
    /// `subsampling_x`: whether the colour planes have half the width.
    public internal(set) var isSubsampledAcross = true
    /// `subsampling_y`: whether the colour planes have half the height.
    public internal(set) var isSubsampledDown = true
    /// `chroma_sample_position`: 0 unknown, 1 vertical, 2 colocated.
    public internal(set) var chromaSamplePosition: UInt8 = 0
    /// What the samples mean as colours; unspecified where the header does not say.
    public internal(set) var color = ColorDescription()
    /// The clock of the pictures; `nil` when it is not said.
    public internal(set) var timing: Timing?
    /// `initial_display_delay_minus_1` of the first operating point, 0 … 15; `nil` when it is not said.
    public internal(set) var initialDisplayDelay: UInt8?

    /// `num_units_in_display_tick`, `time_scale` and `num_ticks_per_picture`.
    public struct Timing: Hashable, Sendable {
        /// Units of the clock in a tick.
        public let unitsInTick: UInt32
        /// Units of the clock in a second.
        public let timeScale: UInt32
        /// Ticks in a picture; `nil` when pictures are not evenly spaced.
        public let ticksPerPicture: UInt32?
    }

    /// The highest rate of frames that is believed, per second.
    public static let highestFrameRate = 300.0

    /// Frames per second as the timing information declares them; `nil` without it, and when frames are not evenly
    /// spaced or the rate is none.
    public var frameRate: Double? {
        guard let timing, let ticks = timing.ticksPerPicture, ticks > 0, timing.unitsInTick > 0 else { return nil }
        let rate = Double(timing.timeScale) / (Double(timing.unitsInTick) * Double(ticks))
        return rate > 0 && rate <= Self.highestFrameRate ? rate : nil
    }
}
