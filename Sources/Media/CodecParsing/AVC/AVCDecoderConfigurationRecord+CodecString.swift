import NIOCore

extension AVCDecoderConfigurationRecord {
    /// `avc1.PPCCLL`: profile, constraint flags and level in hexadecimal (ISO/IEC 14496-15 §E.2).
    var codecString: String {
        // The parameter set is what the decoder obeys; the record's own bytes are wrong in some cameras' records.
        let set = sequenceParameterSets.first
        let start = (set?.readerIndex ?? 0) + 1
        let profile = set?.getInteger(at: start, as: UInt8.self) ?? profile
        let compatibility = set?.getInteger(at: start + 1, as: UInt8.self) ?? compatibility
        let level = set?.getInteger(at: start + 2, as: UInt8.self) ?? level
        return "avc1." + [profile, compatibility, level].map { String(hexadecimal: $0) }.joined()
    }
}
