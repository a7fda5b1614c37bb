public import NIOCore

extension ByteBuffer {
    /// Appends an H.266 frame as MPEG-2 systems want it: an access unit delimiter, the parameter sets of the record when
    /// `isSync` and the frame does not bring its own, then its NAL units, each behind a start code of four bytes
    /// (ITU-T H.266 Annex B, H.222.0 §2.23.1).
    ///
    /// Delimiters within the frame are left out, so that there is one. A frame whose lengths run past its end is
    /// written up to that place. Returns the number of bytes written.
    @discardableResult
    public mutating func writeVVCAnnexB(
        _ accessUnit: ByteBuffer, configuration: VVCDecoderConfigurationRecord, isSync: Bool
    ) -> Int {
        writeAnnexB(
            LengthPrefixedNALUnits(accessUnit, nalUnitLength: configuration.nalUnitLength), of: VVCNALUnitType.self,
            delimiter: isSync ? VVCNALUnitType.syncDelimiter : VVCNALUnitType.delimiter,
            parameterSets: configuration.units(of: .videoParameterSet) + configuration.units(of: .sequenceParameterSet)
                + configuration.units(of: .pictureParameterSet)
                + configuration.units(of: .prefixSupplementalEnhancement),
            isSync: isSync)
    }
}

extension VVCNALUnitType: AnnexBNALUnitType {
    static let neededParameterSets: [VVCNALUnitType] = [.sequenceParameterSet, .pictureParameterSet]

    /// Header, `aud_irap_or_gdr_flag`, `aud_pic_type` 2 (any slice), stop bit.
    fileprivate static let syncDelimiter = ByteBuffer(bytes: [0x00, 0xA1, 0xA8])
    fileprivate static let delimiter = ByteBuffer(bytes: [0x00, 0xA1, 0x28])
}
