import NIOCore

extension VVCDecoderConfigurationRecord {
    /// `vvc1.`, profile, tier and level, constraints, such as `vvc1.1.L51.CQA` (ISO/IEC 14496-15 §E.6).
    ///
    /// `nil` when the record leaves profile and level to the parameter sets, and when it names sub-profiles.
    var codecString: String? {
        guard let profileTierLevel, profileTierLevel.subProfileCount == 0 else { return nil }
        var constraints = Array(profileTierLevel.constraints.readableBytesView)
        while constraints.last == 0 { constraints.removeLast() }
        return "vvc1.\(profileTierLevel.profile).\(profileTierLevel.isHighTier ? "H" : "L")\(profileTierLevel.level)"
            + (constraints.isEmpty ? "" : ".C" + Self.base32(constraints))
    }

    /// Five bits in a letter (RFC 4648 §6), without padding.
    private static func base32(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var text = ""
        var pending: UInt32 = 0
        var pendingBits = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            pendingBits += 8
            while pendingBits >= 5 {
                pendingBits -= 5
                text.append(alphabet[Int(pending >> UInt32(pendingBits) & 0x1F)])
            }
            pending &= 0xFF
        }
        if pendingBits > 0 { text.append(alphabet[Int(pending << UInt32(5 - pendingBits) & 0x1F)]) }
        return text
    }
}
