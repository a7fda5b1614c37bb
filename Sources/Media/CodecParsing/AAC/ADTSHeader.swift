public import NIOCore

/// The header before each AAC frame in MPEG-2 systems (ISO/IEC 13818-7 §6.2, ISO/IEC 14496-3 §1.A.3.2).
public struct ADTSHeader: Hashable, Sendable {
    /// `profile_ObjectType` + 1: object types 1 … 4.
    public let objectType: AudioObjectType
    /// Samples per second.
    public let samplingFrequency: Int
    /// `channel_configuration`, 0 … 7.
    public let channelConfiguration: UInt8
    /// Length of the frame in bytes, this header included, 7 … 8,191.
    public let frameLength: Int
    /// Whether two bytes of checksum follow the header.
    public let hasChecksum: Bool

    /// Length of a header without checksum, in bytes.
    public static let length = 7
    /// Samples per channel in a frame; ADTS knows no other number.
    private static let samplesPerFrame = 1024
    /// The longest frame that 13 bits can say, header included, in bytes.
    public static let longestFrame = 8_191

    /// Length of this header in bytes.
    public var headerLength: Int { hasChecksum ? Self.length + 2 : Self.length }

    /// Reads the header at the front of `bytes`; `nil` when there is none.
    ///
    /// A raw AAC frame never looks like one: its first three bits, all set, would say that it is already over.
    public init?(parsing bytes: ByteBuffer) {
        var bytes = bytes
        guard let (first, second, rest) = bytes.readMultipleIntegers(as: (UInt16, UInt32, UInt8).self),
            first & 0xFFF6 == 0xFFF0,
            let hertz = SamplingFrequency.hertz(index: Int(second >> 26 & 0xF))
        else { return nil }
        _ = rest
        objectType = AudioObjectType(rawValue: UInt8(truncatingIfNeeded: second >> 30) + 1)
        samplingFrequency = hertz
        channelConfiguration = UInt8(truncatingIfNeeded: second >> 22 & 0b111)
        frameLength = Int(second >> 5 & 0x1FFF)
        hasChecksum = first & 1 == 0
        guard frameLength >= headerLength else { return nil }
    }

    /// Makes the header for `payloadLength` bytes of a raw frame of `config`; `nil` when the frame is too long, or when
    /// ADTS has no way to say the object type, the frequency, the channels or the samples in a frame.
    ///
    /// Channels that a program config element tells would have to be told by one in the frames, where publishers who put
    /// it into the configuration send none: decoders would give no sound.
    public init?(for config: AudioSpecificConfig, payloadLength: Int) {
        guard (1...4).contains(config.objectType.rawValue), (1...7).contains(config.channelConfiguration),
            config.frameLength ?? Self.samplesPerFrame == Self.samplesPerFrame,
            SamplingFrequency.index(of: config.samplingFrequency) != nil,
            (0...Self.longestFrame - Self.length).contains(payloadLength)
        else { return nil }
        objectType = config.objectType
        samplingFrequency = config.samplingFrequency
        channelConfiguration = config.channelConfiguration
        frameLength = Self.length + payloadLength
        hasChecksum = false
    }

    /// Appends the seven bytes of the header: MPEG-4, no checksum, one raw data block, variable rate.
    public func write(into buffer: inout ByteBuffer) {
        let index = SamplingFrequency.index(of: samplingFrequency) ?? 0
        let fields =
            UInt32(objectType.rawValue &- 1) << 30 | UInt32(index) << 26 | UInt32(channelConfiguration) << 22
            | UInt32(truncatingIfNeeded: frameLength) << 5 | 0b11111
        buffer.writeMultipleIntegers(0xFFF1 as UInt16, fields, 0b1111_1100 as UInt8)
    }

    /// The configuration that a decoder of these frames needs.
    public var config: AudioSpecificConfig {
        AudioSpecificConfig(
            objectType: objectType, samplingFrequency: samplingFrequency, channelConfiguration: channelConfiguration)
    }
}
