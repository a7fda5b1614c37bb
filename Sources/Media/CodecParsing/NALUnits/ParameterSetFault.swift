/// What is wrong with a parameter set.
public enum ParameterSetFault: Error, Equatable, Sendable {
    /// It ends before its fields do.
    case truncated
    /// The NAL unit header names another type than the parameter set looked for.
    case unexpectedType(UInt8)
    /// A number outside the range that the specification allows for its field.
    case valueOutOfRange(UInt32)
    /// More macroblocks or samples in a row or a column than any level allows.
    case pictureTooLarge(width: Int, height: Int)
    /// The cropping takes away the whole picture.
    case nothingLeftAfterCropping
}
