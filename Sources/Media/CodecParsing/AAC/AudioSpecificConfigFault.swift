/// What is wrong with an `AudioSpecificConfig`.
public enum AudioSpecificConfigFault: Error, Equatable, Sendable {
    /// It ends before the channel configuration does.
    case truncated
    /// Object type 0.
    case nullObjectType
    /// A reserved sampling frequency index.
    case reservedSamplingFrequencyIndex(UInt8)
    /// A sampling frequency of 0 or above ``AudioSpecificConfig/highestSamplingFrequency``.
    case absurdSamplingFrequency(Int)
    /// A reserved channel configuration.
    case reservedChannelConfiguration(UInt8)
}
