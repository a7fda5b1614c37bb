import TextCoding

/// `xs:duration` as text: `PT1H2M3.5S` (XML Schema 1.1 §3.3.6).
enum DurationText {
    /// The longest duration that is read: a hundred thousand days.
    private static let mostDays: Int64 = 100_000

    /// Writes a duration in seconds, to the microsecond; negative ones as none.
    ///
    /// Players of small means read no other unit rightly, and none needs one.
    static func text(_ duration: Duration) -> String { "PT\(DecimalSeconds.text(duration))S" }

    /// Reads a duration in days and less; months and years are of no certain length and refused.
    static func parse(_ text: String) -> Duration? {
        var rest = text[...]
        guard rest.first == "P" else { return nil }
        rest = rest.dropFirst()
        guard !rest.isEmpty else { return nil }
        var total = Duration.zero
        if let days = number(before: "D", in: &rest) {
            guard let days = DecimalInteger.parse(days), days <= mostDays else { return nil }
            total += .seconds(days * 86_400)
        }
        if rest.isEmpty { return total }
        guard rest.first == "T", rest.count > 1 else { return nil }
        rest = rest.dropFirst()
        for (unit, seconds) in [("H", 3600), ("M", 60)] as [(Character, Int64)] {
            guard let digits = number(before: unit, in: &rest) else { continue }
            guard let count = DecimalInteger.parse(digits), count <= mostDays * 1440 else { return nil }
            total += .seconds(count * seconds)
        }
        if let digits = number(before: "S", in: &rest) {
            guard let seconds = DecimalSeconds.parse(digits) else { return nil }
            total += seconds
        }
        return rest.isEmpty ? total : nil
    }

    private static func number(before unit: Character, in rest: inout Substring) -> Substring? {
        let end = rest.firstIndex { !($0.isASCII && ($0.isNumber || $0 == ".")) }
        guard let end, rest[end] == unit else { return nil }
        defer { rest = rest[rest.index(after: end)...] }
        return rest[..<end]
    }
}
