public import NIOCore

extension AVCDecoderConfigurationRecord {
    /// Reads a record.
    ///
    /// The parameter sets are slices of `bytes`.
    ///
    /// Follows what encoders send rather than the letter: reserved bits may have any value, empty parameter sets are
    /// passed over, a record may end after the count of its sequence parameter sets when it has no others, and what
    /// follows the picture parameter sets is taken only when it is whole.
    public init(parsing bytes: ByteBuffer) throws(ConfigurationRecordFault) {
        var bytes = bytes
        guard let version = bytes.readInteger(as: UInt8.self) else { throw .truncated }
        guard version == 1 else { throw .unsupportedVersion(version) }
        guard
            let (profile, compatibility, level, lengthSize, count) = bytes.readMultipleIntegers(
                as: (UInt8, UInt8, UInt8, UInt8, UInt8).self)
        else { throw .truncated }
        let lengthBytes = Int(lengthSize & 0b11) + 1
        guard let nalUnitLength = NALUnitLength(rawValue: lengthBytes) else {
            throw .unsupportedNALUnitLength(lengthBytes)
        }
        guard let sequenceSets = bytes.readParameterSets(Int(count & 0x1F)) else { throw .truncated }
        guard let pictureSets = bytes.readParameterSets(Int(bytes.readInteger(as: UInt8.self) ?? 0)) else {
            throw .truncated
        }
        var extensions: [ByteBuffer] = []
        if Self.hasExtensions(profile: profile), bytes.readSlice(length: 3) != nil,
            let count = bytes.readInteger(as: UInt8.self)
        {
            extensions = bytes.readParameterSets(Int(count)) ?? []
        }
        self.init(
            profile: profile, compatibility: compatibility, level: level, nalUnitLength: nalUnitLength,
            sequenceParameterSets: sequenceSets, pictureParameterSets: pictureSets,
            sequenceParameterSetExtensions: extensions)
    }

    /// Writes the record, with the reserved bits set as the specification wants them.
    ///
    /// The fields after the picture parameter sets, for profiles that have them, are those of the first sequence
    /// parameter set, and left out when it cannot be read.
    public func write(into buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(
            1 as UInt8, profile, compatibility, level,
            0b1111_1100 | UInt8(truncatingIfNeeded: nalUnitLength.rawValue - 1))
        buffer.writeInteger(0b1110_0000 | UInt8(truncatingIfNeeded: sequenceParameterSets.count))
        buffer.writeParameterSets(sequenceParameterSets)
        buffer.writeInteger(UInt8(truncatingIfNeeded: pictureParameterSets.count))
        buffer.writeParameterSets(pictureParameterSets)
        guard Self.hasExtensions(profile: profile), let format = firstSequenceParameterSet else { return }
        buffer.writeMultipleIntegers(
            0b1111_1100 | format.chromaFormat.rawValue,
            0b1111_1000 | UInt8(truncatingIfNeeded: format.lumaBitDepth - 8),
            0b1111_1000 | UInt8(truncatingIfNeeded: format.chromaBitDepth - 8),
            UInt8(truncatingIfNeeded: sequenceParameterSetExtensions.count))
        buffer.writeParameterSets(sequenceParameterSetExtensions)
    }

    /// What the first sequence parameter set says; `nil` when there is none that can be read.
    public var firstSequenceParameterSet: AVCSequenceParameterSet? {
        // A publisher whose parameter set we cannot read may still be played by those who can: the format is unknown.
        sequenceParameterSets.first.flatMap { try? AVCSequenceParameterSet(parsing: $0) }
    }
}
