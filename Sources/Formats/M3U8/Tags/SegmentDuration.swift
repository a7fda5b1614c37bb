import TextCoding

/// The length and the title of a segment (EXTINF, RFC 8216bis §4.4.4.1): `duration,[title]`.
struct SegmentDuration {
    var duration: Duration
    var title: String

    init(duration: Duration, title: String) {
        self.duration = duration
        self.title = title
    }

    /// Reads the value; a comma that is missing is forgiven, as players forgive it.
    init?(_ text: Substring) {
        let comma = text.utf8.firstIndex(of: UInt8(ascii: ","))
        guard let duration = DecimalSeconds.parse(text[..<(comma ?? text.endIndex)]) else { return nil }
        self.duration = duration
        title = comma.map { String(text[text.utf8.index(after: $0)...]) } ?? ""
    }

    var text: String { "\(DecimalSeconds.text(duration)),\(title)" }
}
