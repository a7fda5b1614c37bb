public import NIOCore

/// The header of an MPEG audio frame: MP3 and its elder siblings (ISO/IEC 11172-3 §2.4.1.3, ISO/IEC 13818-3 §2.4.1.3).
public struct MPEGAudioHeader: Hashable, Sendable {
    /// Which of the three families of sampling rates.
    public enum Version: Hashable, Sendable {
        /// 32 to 48 kHz.
        case mpeg1
        /// 16 to 24 kHz.
        case mpeg2
        /// 8 to 12 kHz; by no standard, but common.
        case mpeg25
    }

    /// The family of sampling rates.
    public let version: Version
    /// 1, 2 or 3.
    public let layer: Int
    /// Kilobits per second; `nil` for "free" format.
    public let bitrateKilobitsPerSecond: Int?
    /// Samples per second.
    public let sampleRate: Int
    /// 1 or 2.
    public let channelCount: Int
    /// Samples per channel in a frame.
    public let samplesPerFrame: Int
    /// Length of the frame in bytes, header included; `nil` for "free" format.
    public let frameLength: Int?

    /// Reads the header at the front of `bytes`; `nil` when there is none.
    public init?(parsing bytes: ByteBuffer) {
        guard let word = bytes.getInteger(at: bytes.readerIndex, as: UInt32.self), word >> 21 == 0x7FF else {
            return nil
        }
        switch word >> 19 & 0b11 {
        case 0b00: version = .mpeg25
        case 0b10: version = .mpeg2
        case 0b11: version = .mpeg1
        default: return nil
        }
        layer = 4 - Int(word >> 17 & 0b11)
        let rateIndex = Int(word >> 10 & 0b11)
        let bitrateIndex = Int(word >> 12 & 0xF)
        guard layer < 4, rateIndex < 3, bitrateIndex < 15 else { return nil }
        let isMPEG1 = version == .mpeg1
        sampleRate = [44_100, 48_000, 32_000][rateIndex] / (isMPEG1 ? 1 : version == .mpeg2 ? 2 : 4)
        channelCount = word >> 6 & 0b11 == 0b11 ? 1 : 2
        samplesPerFrame = layer == 1 ? 384 : layer == 3 && !isMPEG1 ? 576 : 1152
        guard bitrateIndex > 0 else {
            bitrateKilobitsPerSecond = nil
            frameLength = nil
            return
        }
        let bitrate = Self.bitrates(version, layer: layer)[bitrateIndex - 1]
        let padding = Int(word >> 9 & 1)
        bitrateKilobitsPerSecond = bitrate
        // A slot is four bytes in layer 1 and one byte in the others.
        frameLength =
            layer == 1
            ? (12 * bitrate * 1000 / sampleRate + padding) * 4
            : samplesPerFrame / 8 * bitrate * 1000 / sampleRate + padding
    }

    /// The rates of indices 1 … 14.
    private static func bitrates(_ version: Version, layer: Int) -> [Int] {
        switch (version, layer) {
        case (.mpeg1, 1): [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448]
        case (.mpeg1, 2): [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384]
        case (.mpeg1, _): [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
        case (_, 1): [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256]
        default: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
        }
    }
}
