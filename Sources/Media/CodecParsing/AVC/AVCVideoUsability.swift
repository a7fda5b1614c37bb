extension AVCSequenceParameterSet {
    /// Video usability information as far as a server has a use for it (ITU-T H.264 §E.1.1).
    public struct VideoUsability: Hashable, Sendable {
        /// Width and height of a sample; `nil` when unspecified.
        public internal(set) var sampleAspectRatio: SampleAspectRatio?
        /// Whether samples use the full range of values; `nil` when it is not said.
        public internal(set) var isFullRange: Bool?
        /// Colour primaries, transfer and matrix; `nil` when they are not said.
        public internal(set) var colour: ColourDescription?
        /// The clock of the pictures; `nil` when it is not said.
        public internal(set) var timing: Timing?
    }

    /// The shape of a sample: `width` to `height`.
    public struct SampleAspectRatio: Hashable, Sendable {
        /// Horizontal size, in any unit.
        public let width: UInt16
        /// Vertical size, in the same unit.
        public let height: UInt16
    }

    /// Code points of ITU-T H.273.
    public struct ColourDescription: Hashable, Sendable {
        /// `colour_primaries`.
        public let primaries: UInt8
        /// `transfer_characteristics`.
        public let transfer: UInt8
        /// `matrix_coefficients`.
        public let matrix: UInt8
    }

    /// `num_units_in_tick`, `time_scale` and `fixed_frame_rate_flag`; a frame lasts two ticks.
    public struct Timing: Hashable, Sendable {
        /// Units of the clock in a tick.
        public let unitsInTick: UInt32
        /// Units of the clock in a second.
        public let timeScale: UInt32
        /// Whether frames are evenly spaced.
        public let isFixed: Bool
    }
}

extension AVCSequenceParameterSet.VideoUsability {
    init(from reader: inout ParameterSetReader) throws(ParameterSetFault) {
        if try reader.flag() { sampleAspectRatio = try Self.readAspectRatio(from: &reader) }
        // overscan_info_present_flag, overscan_appropriate_flag
        if try reader.flag() { _ = try reader.flag() }
        if try reader.flag() {
            _ = try reader.bits(3)  // video_format
            isFullRange = try reader.flag()
            if try reader.flag() {
                colour = .init(primaries: try reader.byte(), transfer: try reader.byte(), matrix: try reader.byte())
            }
        }
        if try reader.flag() {
            _ = try reader.unsigned(upTo: 5)  // chroma_sample_loc_type_top_field
            _ = try reader.unsigned(upTo: 5)  // chroma_sample_loc_type_bottom_field
        }
        if try reader.flag() {
            timing = .init(
                unitsInTick: try reader.bits(32), timeScale: try reader.bits(32), isFixed: try reader.flag())
        }
    }

    /// `aspect_ratio_idc` (ITU-T H.264 table E-1).
    private static func readAspectRatio(
        from reader: inout ParameterSetReader
    ) throws(ParameterSetFault) -> AVCSequenceParameterSet.SampleAspectRatio? {
        let index = Int(try reader.byte())
        if index == extendedAspectRatio {
            let width = UInt16(truncatingIfNeeded: try reader.bits(16))
            let height = UInt16(truncatingIfNeeded: try reader.bits(16))
            return width > 0 && height > 0 ? .init(width: width, height: height) : nil
        }
        guard aspectRatios.indices.contains(index - 1) else { return nil }
        let (width, height) = aspectRatios[index - 1]
        return .init(width: width, height: height)
    }

    private static let extendedAspectRatio = 255

    /// The ratios of `aspect_ratio_idc` 1 … 16.
    private static let aspectRatios: [(UInt16, UInt16)] = [
        (1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11), (80, 33), (18, 11), (15, 11),
        (64, 33), (160, 99), (4, 3), (3, 2), (2, 1),
    ]
}
