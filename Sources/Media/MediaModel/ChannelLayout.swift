/// Which loudspeaker each channel of a sound is for (Enhanced RTMP v2, "AudioPacketType.MultichannelConfig").
public enum ChannelLayout: Hashable, Sendable {
    /// The channels whose bits are set, in the order of the bits: 0 front left, 1 front right, 2 front centre, 3 low
    /// frequency, 4 back left, 5 back right, … (`AudioChannelMask`).
    case native(mask: UInt32)
    /// One loudspeaker number for each channel; 254 is none, 255 unknown (`AudioChannel`). At most 255.
    case custom([UInt8])
}
