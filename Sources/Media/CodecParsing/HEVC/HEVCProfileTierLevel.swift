/// What a decoder must be able to do: `general_profile_space` … `general_level_idc` (ITU-T H.265 §7.3.3), the same twelve
/// bytes in parameter sets and in the configuration record.
public struct HEVCProfileTierLevel: Hashable, Sendable {
    /// `general_profile_space`, 0 … 3.
    public var profileSpace: UInt8
    /// `general_tier_flag`: whether the bit rate may be that of the high tier.
    public var isHighTier: Bool
    /// `general_profile_idc`, 0 … 31.
    public var profile: UInt8
    /// `general_profile_compatibility_flag[0…31]`, flag 0 being the highest bit.
    public var compatibilityFlags: UInt32
    /// The six bytes from `general_progressive_source_flag` on, in the low 48 bits.
    public var constraintFlags: UInt64
    /// `general_level_idc`: thirty times the level.
    public var level: UInt8

    init(from reader: inout ParameterSetReader) throws(ParameterSetFault) {
        let first = try reader.byte()
        profileSpace = first >> 6
        isHighTier = first & 0x20 != 0
        profile = first & 0x1F
        compatibilityFlags = try reader.bits(32)
        constraintFlags = UInt64(try reader.bits(16)) << 32 | UInt64(try reader.bits(32))
        level = try reader.byte()
    }

    /// `profile_space`, `tier_flag` and `profile_idc` in one byte.
    var firstByte: UInt8 { profileSpace << 6 | (isHighTier ? 0x20 : 0) | profile & 0x1F }

    /// Passes over what `profile_tier_level()` says of sub-layers.
    static func skipSubLayers(_ count: Int, in reader: inout ParameterSetReader) throws(ParameterSetFault) {
        guard count > 0 else { return }
        var presence: [(profile: Bool, level: Bool)] = []
        for _ in 0..<count { presence.append((try reader.flag(), try reader.flag())) }
        for _ in count..<8 { _ = try reader.bits(2) }
        for (profile, level) in presence {
            if profile {
                for _ in 0..<11 { _ = try reader.byte() }
            }
            if level { _ = try reader.byte() }
        }
    }
}
