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
        writeAnnexB(
            LengthPrefixedNALUnits(accessUnit, nalUnitLength: configuration.nalUnitLength), of: AVCNALUnitType.self,
            delimiter: AVCNALUnitType.delimiter,
            parameterSets: configuration.sequenceParameterSets + configuration.sequenceParameterSetExtensions
                + configuration.pictureParameterSets,
            isSync: isSync)
    }
}

extension AVCNALUnitType: AnnexBNALUnitType {
    static let neededParameterSets: [AVCNALUnitType] = [.sequenceParameterSet, .pictureParameterSet]

    /// Header, `primary_pic_type` 7 (any slice), stop bit.
    fileprivate static let delimiter = ByteBuffer(bytes: [0x09, 0xF0])
}
