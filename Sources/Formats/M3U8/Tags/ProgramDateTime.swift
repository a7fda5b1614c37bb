import TextCoding

/// The wallclock time of a segment's first sample (EXT-X-PROGRAM-DATE-TIME, RFC 8216bis §4.4.4.6).
public struct ProgramDateTime: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted; between the years 0000 and 9999.
    public let millisecondsSince1970: Int64

    /// Makes a time; what lies outside the years 0000 to 9999, which ISO 8601 cannot write, becomes the nearest bound.
    public init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = UTCTime(millisecondsSince1970: millisecondsSince1970).millisecondsSince1970
    }

    /// Orders by time.
    public static func < (left: ProgramDateTime, right: ProgramDateTime) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }

    /// The time as ISO 8601 writes it, in UTC with milliseconds: `2026-08-09T12:34:56.789Z`.
    public var text: String { UTCTime(millisecondsSince1970: millisecondsSince1970).text }

    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction][Z|±hh[:]mm]`; without a zone it is taken for UTC.
    public init?(_ text: String) {
        guard let time = UTCTime(text) else { return nil }
        self.init(millisecondsSince1970: time.millisecondsSince1970)
    }
}
