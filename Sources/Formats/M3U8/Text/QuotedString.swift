/// What a quoted string of an attribute list can hold (RFC 8216bis §4.2).
public enum QuotedString {
    /// The text as it stands in a playlist: without control characters, and with apostrophes for quotation marks, for
    /// which there is no escape.
    ///
    /// Two texts that differ may become the same. Goes by code points: a mark behind a quotation mark makes one character
    /// of both, which is no quotation mark for Swift and still one for players.
    public static func holdable(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\"") }) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
            scalars.append(scalar == "\"" ? "'" : scalar)
        }
        return String(scalars)
    }
}
