/// What an elementary stream is coded in, as the program map says it (ISO/IEC 13818-1 table 2-34).
public struct StreamType: Hashable, Sendable {
    /// The number in the table.
    public let rawValue: UInt8

    /// Makes a type of the number that a table carries.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// MP3 at 32, 44.1 and 48 kHz.
    public static let mpeg1Audio = StreamType(rawValue: 0x03)
    /// MP3 at the lower sampling rates.
    public static let mpeg2Audio = StreamType(rawValue: 0x04)
    /// Whatever the descriptors say, in PES packets; Opus among others.
    public static let privateData = StreamType(rawValue: 0x06)
    /// AAC in ADTS frames.
    public static let adts = StreamType(rawValue: 0x0F)
    /// H.264 as a byte stream (Annex B).
    public static let avc = StreamType(rawValue: 0x1B)
    /// H.265 as a byte stream (Annex B).
    public static let hevc = StreamType(rawValue: 0x24)
    /// AC-3, as ATSC numbers it (ATSC A/53 part 3 §6.7.1), and Apple and every player with it.
    public static let ac3 = StreamType(rawValue: 0x81)
    /// E-AC-3, as ATSC numbers it (ATSC A/52 annex G).
    public static let eac3 = StreamType(rawValue: 0x87)
}

/// The four characters of a registration descriptor, which say whose format an elementary stream has
/// (ISO/IEC 13818-1 §2.6.8).
public struct FormatIdentifier: Hashable, Sendable {
    /// The characters, the first in the highest byte.
    public let rawValue: UInt32

    /// Makes an identifier of the number that a table carries.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `HEVC`.
    public static let hevc = FormatIdentifier(rawValue: 0x4845_5643)
    /// `AC-3`.
    public static let ac3 = FormatIdentifier(rawValue: 0x4143_2D33)
    /// `EAC3`.
    public static let eac3 = FormatIdentifier(rawValue: 0x4541_4333)
    /// `Opus`.
    public static let opus = FormatIdentifier(rawValue: 0x4F70_7573)
}
