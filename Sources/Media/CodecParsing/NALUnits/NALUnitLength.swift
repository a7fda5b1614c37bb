/// How many bytes the length before each NAL unit takes: `lengthSizeMinusOne` + 1 of a configuration record
/// (ISO/IEC 14496-15 §5.3.3.1.2).
///
/// The fourth value that two bits can say, a length of three bytes, is forbidden there and refused here.
public enum NALUnitLength: Int, Hashable, Sendable, CaseIterable {
    /// Units of at most 255 bytes.
    case oneByte = 1
    /// Units of at most 65,535 bytes.
    case twoBytes = 2
    /// What every encoder in use writes.
    case fourBytes = 4

    /// How long the longest NAL unit can be, in bytes.
    var longestUnit: Int {
        switch self {
        case .oneByte: Int(UInt8.max)
        case .twoBytes: Int(UInt16.max)
        case .fourBytes: Int(UInt32.max)
        }
    }
}
