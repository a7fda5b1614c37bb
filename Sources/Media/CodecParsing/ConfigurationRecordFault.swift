/// What is wrong with a decoder configuration record.
public enum ConfigurationRecordFault: Error, Equatable, Sendable {
    /// It ends before its fields do.
    case truncated
    /// A version that is not known.
    case unsupportedVersion(UInt8)
    /// A NAL unit length of three bytes (ISO/IEC 14496-15 §5.3.3.1.2 allows 1, 2 and 4).
    case unsupportedNALUnitLength(Int)
    /// More parameter sets than the record can count.
    case tooManyParameterSets(Int)
    /// A parameter set longer than 65,535 bytes.
    case parameterSetTooLong(Int)
    /// Parameter sets to make a record of, without a sequence parameter set of four bytes at least among them.
    case noSequenceParameterSet
    /// The record is not a record of its kind: the letters or marker at its front are others.
    case unknownSignature
    /// A field has a value that its specification reserves or forbids.
    case reservedValue(UInt32)
    /// A sound without channels.
    case noChannels
    /// A sampling frequency of 0 or above any that the coding knows, in hertz.
    case absurdSampleRate(Int)
}
