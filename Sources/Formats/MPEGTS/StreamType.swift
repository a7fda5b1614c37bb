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
    /// AAC in ADTS frames.
    public static let adts = StreamType(rawValue: 0x0F)
    /// H.264 as a byte stream (Annex B).
    public static let avc = StreamType(rawValue: 0x1B)
}
