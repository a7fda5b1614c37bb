public import NIOCore

extension ByteBuffer {
    /// Appends an H.264 frame as MPEG-2 systems want it: an access unit delimiter, the parameter sets when `isSync`
    /// and the frame does not bring its own, then its NAL units, each behind a start code of four bytes
    /// (ITU-T H.264 Annex B, H.222.0 §2.14.1).
    ///
    /// Delimiters within the frame are left out, so that there is one. A frame whose lengths run past its end is
    /// written up to that place. Returns the number of bytes written.
    @discardableResult
    public mutating func writeAVCAnnexB(
        _ accessUnit: ByteBuffer, configuration: AVCDecoderConfigurationRecord, isSync: Bool
    ) -> Int {
        let start = writerIndex
        let units = LengthPrefixedNALUnits(accessUnit, nalUnitLength: configuration.nalUnitLength)
        // Start code, header, primary_pic_type 7 (any slice), stop bit.
        writeMultipleIntegers(1 as UInt32, AVCNALUnitType.accessUnitDelimiter.rawValue, 0xF0 as UInt8)
        if isSync, !units.bringAVCParameterSets {
            for unit in configuration.sequenceParameterSets { writeAnnexBNALUnit(unit) }
            for unit in configuration.sequenceParameterSetExtensions { writeAnnexBNALUnit(unit) }
            for unit in configuration.pictureParameterSets { writeAnnexBNALUnit(unit) }
        }
        for unit in units where AVCNALUnitType(of: unit) != .accessUnitDelimiter {
            writeAnnexBNALUnit(unit)
        }
        return writerIndex - start
    }
}

extension LengthPrefixedNALUnits {
    /// Whether both kinds of parameter sets are in the frame.
    fileprivate var bringAVCParameterSets: Bool {
        var hasSequence = false
        var hasPicture = false
        for unit in self {
            switch AVCNALUnitType(of: unit) {
            case .sequenceParameterSet: hasSequence = true
            case .pictureParameterSet: hasPicture = true
            default: continue
            }
            if hasSequence, hasPicture { return true }
        }
        return false
    }
}
