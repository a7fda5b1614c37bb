import MediaModel
public import NIOCore

/// What stands before the sound in an audio tag (FLV 10.1 §E.4.2.1).
public struct AudioTagHeader: Hashable, Sendable {
    /// The sampling rates that two bits can name.
    public enum SoundRate: UInt8, Hashable, Sendable, CaseIterable {
        /// 5,512 Hz: a half of the next, in whole hertz.
        case hertz5512 = 0
        /// 11,025 Hz.
        case hertz11025 = 1
        /// 22,050 Hz.
        case hertz22050 = 2
        /// 44,100 Hz.
        case hertz44100 = 3

        /// Samples per second.
        public var hertz: Int {
            switch self {
            case .hertz5512: 5512
            case .hertz11025: 11_025
            case .hertz22050: 22_050
            case .hertz44100: 44_100
            }
        }
    }

    /// What follows an AAC header.
    public enum AACPacketType: UInt8, Hashable, Sendable {
        /// An `AudioSpecificConfig`.
        case sequenceHeader = 0
        /// A raw frame.
        case frame = 1
    }

    /// How the sound is coded.
    public var format: FLVSoundFormat
    /// The sampling rate, for formats that have no other word for it.
    public var rate: SoundRate
    /// Whether samples have 16 bits, otherwise 8; of meaning for raw samples only.
    public var is16Bit: Bool
    /// Whether there are two channels, otherwise one.
    public var isStereo: Bool
    /// What follows; `nil` for formats other than AAC.
    public var aacPacketType: AACPacketType?

    /// Makes a header; `aacPacketType` is for AAC.
    public init(
        format: FLVSoundFormat, rate: SoundRate = .hertz44100, is16Bit: Bool = true, isStereo: Bool = true,
        aacPacketType: AACPacketType? = nil
    ) {
        self.format = format
        self.rate = rate
        self.is16Bit = is16Bit
        self.isStereo = isStereo
        self.aacPacketType = aacPacketType
    }

    /// Reads a header and leaves in `body` what follows it.
    public init(reading body: inout ByteBuffer) throws(FLVFault) {
        guard let first = body.readInteger(as: UInt8.self) else { throw .truncatedHeader }
        guard first >> 4 != FLVSoundFormat.extendedHeader else {
            throw .unexpectedExtendedHeader(.audio, packetType: first & 0x0F)
        }
        guard let format = FLVSoundFormat(rawValue: first >> 4), let rate = SoundRate(rawValue: first >> 2 & 0b11)
        else { throw .unknownSoundFormat(first >> 4) }
        self.init(format: format, rate: rate, is16Bit: first & 0b10 != 0, isStereo: first & 0b01 != 0)
        guard format == .aac else { return }
        guard let number = body.readInteger(as: UInt8.self) else { throw .truncatedHeader }
        guard let packetType = AACPacketType(rawValue: number) else { throw .unknownPacketType(number) }
        aacPacketType = packetType
    }

    /// Appends the header: one byte, or two for AAC.
    public func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(
            format.rawValue << 4 | rate.rawValue << 2 | (is16Bit ? 0b10 : 0) | (isStereo ? 0b01 : 0))
        if format == .aac { buffer.writeInteger((aacPacketType ?? .frame).rawValue) }
    }
}
