extension HEVCDecoderConfigurationRecord {
    /// `hvc1.`, profile, compatibility, tier and level, constraints, such as `hvc1.1.6.L93.B0` (ISO/IEC 14496-15 §E.3).
    var codecString: String {
        // The parameter set is what the decoder obeys.
        let general = firstSequenceParameterSet?.general ?? general
        let space = ["", "A", "B", "C"][Int(general.profileSpace & 0b11)]
        // Flag 31 becomes the highest bit.
        let compatibility = String(general.compatibilityFlags.bitReversed, radix: 16, uppercase: true)
        var constraints: [UInt8] = (0..<6).map { UInt8(truncatingIfNeeded: general.constraintFlags >> (40 - 8 * $0)) }
        while constraints.last == 0 { constraints.removeLast() }
        return "hvc1.\(space)\(general.profile).\(compatibility).\(general.isHighTier ? "H" : "L")\(general.level)"
            + constraints.map { "." + String($0, radix: 16, uppercase: true) }.joined()
    }
}

extension UInt32 {
    /// The bits from the last to the first.
    fileprivate var bitReversed: UInt32 {
        (0..<32).reduce(0) { $0 << 1 | (self >> UInt32($1) & 1) }
    }
}
