public import NIOCore

/// What an H.266 decoder must know before the first frame: `VvcDecoderConfigurationRecord` (ISO/IEC 14496-15 §11.2.4.2),
/// the body of a VVC sequence start in FLV and of the `vvcC` box behind its version and flags.
public struct VVCDecoderConfigurationRecord: Hashable, Sendable {
    /// The size of the length before each NAL unit in the frames.
    public let nalUnitLength: NALUnitLength
    /// What a decoder must be able to do; `nil` when only the parameter sets tell.
    public let profileTierLevel: ProfileTierLevel?
    /// Parameter sets and SEI, by type, in the order of the record.
    public let arrays: [NALUnitArray]
    /// The record's bytes, without version and flags of the box.
    public let bytes: ByteBuffer

    /// Profile, tier and level with what the record says beside them.
    public struct ProfileTierLevel: Hashable, Sendable {
        /// `general_profile_idc`, 0 … 127; 1 is Main 10.
        public let profile: UInt8
        /// `general_tier_flag`.
        public let isHighTier: Bool
        /// `general_level_idc`: 16 · major + 3 · minor.
        public let level: UInt8
        /// `ptl_frame_only_constraint_flag`, `ptl_multi_layer_enabled_flag` and `general_constraint_info`.
        public let constraints: ByteBuffer
        /// `ptl_num_sub_profiles`.
        public let subProfileCount: Int
        /// Sampling of the colour planes.
        public let chromaFormat: ChromaFormat
        /// Bits in a sample, 8 … 15.
        public let bitDepth: Int
        /// `max_picture_width` in luma samples, before cropping.
        public let width: Int
        /// `max_picture_height` in luma samples, before cropping.
        public let height: Int
        /// `avg_frame_rate`: frames in 256 seconds; 0 when it is not said.
        public let averageFrameRate: UInt16
    }

    /// NAL units of one type.
    public struct NALUnitArray: Hashable, Sendable {
        /// The type of all of them.
        public let type: VVCNALUnitType
        /// `array_completeness`: whether no others of the type are in the frames.
        public let isComplete: Bool
        /// The units, NAL unit header first.
        public let units: [ByteBuffer]
    }

    /// The most NAL units of all arrays together.
    ///
    /// Two bytes of a record can promise 65,535 units.
    public static let mostUnits = 255

    /// The NAL units of `type`.
    public func units(of type: VVCNALUnitType) -> [ByteBuffer] {
        arrays.lazy.filter { $0.type == type }.flatMap(\.units)
    }

    /// Whether a decoder can start with this record alone.
    public var isComplete: Bool {
        VVCNALUnitType.neededParameterSets.allSatisfy { !units(of: $0).isEmpty }
    }
}
