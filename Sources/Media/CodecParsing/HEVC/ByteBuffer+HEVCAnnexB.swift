public import NIOCore

extension ByteBuffer {
    /// Appends an H.265 frame as MPEG-2 systems want it: an access unit delimiter, the parameter sets of the record when
    /// `isSync` and the frame does not bring its own, then its NAL units, each behind a start code of four bytes
    /// (ITU-T H.265 Annex B, H.222.0 §2.17.1).
    ///
    /// Delimiters within the frame are left out, so that there is one. A frame whose lengths run past its end is
    /// written up to that place. Returns the number of bytes written.
    @discardableResult
    public mutating func writeHEVCAnnexB(
        _ accessUnit: ByteBuffer, configuration: HEVCDecoderConfigurationRecord, isSync: Bool
    ) -> Int {
        writeAnnexB(
            LengthPrefixedNALUnits(accessUnit, nalUnitLength: configuration.nalUnitLength), of: HEVCNALUnitType.self,
            delimiter: HEVCNALUnitType.delimiter,
            parameterSets: configuration.units(of: .videoParameterSet) + configuration.units(of: .sequenceParameterSet)
                + configuration.units(of: .pictureParameterSet)
                + configuration.units(of: .prefixSupplementalEnhancement),
            isSync: isSync)
    }
}

extension HEVCNALUnitType: AnnexBNALUnitType {
    static let neededParameterSets: [HEVCNALUnitType] = [
        .videoParameterSet, .sequenceParameterSet, .pictureParameterSet,
    ]

    /// Header, `pic_type` 2 (any slice), stop bit.
    fileprivate static let delimiter = ByteBuffer(bytes: [0x46, 0x01, 0x50])
}
