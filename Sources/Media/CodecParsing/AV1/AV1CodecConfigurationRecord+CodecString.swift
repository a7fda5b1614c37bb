import MediaModel

extension AV1CodecConfigurationRecord {
    /// `av01.P.LLT.DD`, such as `av01.0.04M.08`, and behind it monochrome, subsampling and colours, when they are not
    /// what a player assumes anyhow: all of them or none ("AV1 Codec ISO Media File Format Binding" §5).
    var codecString: String {
        let head = "av01.\(profile).\(String(twoDigits: level))\(isHighTier ? "H" : "M").\(String(twoDigits: bitDepth))"
        let color = sequenceHeader?.color ?? ColorDescription()
        // Where the samples of 4:2:0 lie exactly is no reason to name them: a player needs it for no decision.
        let isHalf = isSubsampledAcross && isSubsampledDown
        if !isMonochrome, isHalf, color.isDefaultOfCodecStrings { return head }
        return head + ".\(isMonochrome ? 1 : 0).\(isSubsampledAcross ? 1 : 0)\(isSubsampledDown ? 1 : 0)"
            + "\(isHalf ? chromaSamplePosition : 0)" + color.codecStringPart + "\(color.isFullRange ? 1 : 0)"
    }
}
