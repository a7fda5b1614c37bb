public import MediaModel

/// Video usability information as far as a server has a use for it (ITU-T H.264 §E.1.1, H.265 §E.2.1).
public struct VideoUsability: Hashable, Sendable {
    /// Width and height of a sample; `nil` when unspecified.
    public internal(set) var sampleAspectRatio: SampleAspectRatio?
    /// What the samples mean as colours; `nil` when it is not said.
    ///
    /// When only the range of values is said, the rest is unspecified.
    public internal(set) var color: ColorDescription?
    /// The clock of the pictures; `nil` when it is not said.
    public internal(set) var timing: Timing?

    /// `num_units_in_tick` and `time_scale`.
    ///
    /// In H.264 a frame lasts two ticks, in H.265 one.
    public struct Timing: Hashable, Sendable {
        /// Units of the clock in a tick.
        public let unitsInTick: UInt32
        /// Units of the clock in a second.
        public let timeScale: UInt32

        init(from reader: inout ParameterSetReader) throws(ParameterSetFault) {
            unitsInTick = try reader.bits(32)
            timeScale = try reader.bits(32)
        }

        /// The highest rate of frames that is believed, per second (ITU-T H.264 §A.3.1 item d).
        ///
        /// Encoders with a variable rate write their clock's rate, such as 1,000, into the same fields.
        static let highestFrameRate = 300.0

        /// Frames per second; `nil` when it is no rate of frames.
        func frameRate(ticksPerFrame: Double) -> Double? {
            guard unitsInTick > 0 else { return nil }
            let rate = Double(timeScale) / (ticksPerFrame * Double(unitsInTick))
            return rate > 0 && rate <= Self.highestFrameRate ? rate : nil
        }
    }
}

extension VideoUsability {
    /// Reads what H.264 and H.265 have in common: from the aspect ratio to the places of chroma samples.
    init(commonPartFrom reader: inout ParameterSetReader) throws(ParameterSetFault) {
        if try reader.flag() { sampleAspectRatio = try Self.readAspectRatio(from: &reader) }
        // overscan_info_present_flag, overscan_appropriate_flag
        if try reader.flag() { _ = try reader.flag() }
        if try reader.flag() {
            _ = try reader.bits(3)  // video_format
            var color = ColorDescription(isFullRange: try reader.flag())
            if try reader.flag() {
                color.primaries = try reader.byte()
                color.transferCharacteristics = try reader.byte()
                color.matrixCoefficients = try reader.byte()
            }
            self.color = color
        }
        if try reader.flag() {
            _ = try reader.unsigned(upTo: 5)  // chroma_sample_loc_type_top_field
            _ = try reader.unsigned(upTo: 5)  // chroma_sample_loc_type_bottom_field
        }
    }

    /// `aspect_ratio_idc` (ITU-T H.273 §8.6).
    private static func readAspectRatio(
        from reader: inout ParameterSetReader
    ) throws(ParameterSetFault) -> SampleAspectRatio? {
        let index = Int(try reader.byte())
        if index == extendedAspectRatio {
            let width = UInt16(truncatingIfNeeded: try reader.bits(16))
            let height = UInt16(truncatingIfNeeded: try reader.bits(16))
            return SampleAspectRatio(width: width, height: height)
        }
        guard aspectRatios.indices.contains(index - 1) else { return nil }
        let (width, height) = aspectRatios[index - 1]
        return SampleAspectRatio(width: width, height: height)
    }

    private static let extendedAspectRatio = 255

    /// The ratios of `aspect_ratio_idc` 1 … 16.
    private static let aspectRatios: [(UInt16, UInt16)] = [
        (1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11), (80, 33), (18, 11), (15, 11),
        (64, 33), (160, 99), (4, 3), (3, 2), (2, 1),
    ]
}
