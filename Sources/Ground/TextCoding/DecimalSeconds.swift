/// Decimal seconds as text, without going through floating point (RFC 8216bis §4.2, XML Schema 1.1 §3.3.6).
public enum DecimalSeconds {
    private static let attosecondsPerSecond: Int64 = 1_000_000_000_000_000_000
    private static let attosecondsPerMicrosecond: Int64 = 1_000_000_000_000

    /// The longest duration that is read or written: ten digits of seconds.
    private static let mostSeconds: Int64 = 9_999_999_999

    /// Whether the text of `duration` has a decimal point.
    public static func hasFraction(_ duration: Duration) -> Bool { microseconds(duration) % 1_000_000 != 0 }

    /// Writes `duration`, rounded to the nearest microsecond, without zeros at the end; negative ones as 0.
    public static func text(_ duration: Duration) -> String {
        let (seconds, fraction) = microseconds(duration).quotientAndRemainder(dividingBy: 1_000_000)
        guard fraction != 0 else { return String(seconds) }
        var digits = String(1_000_000 + fraction).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(seconds).\(digits)"
    }

    /// Reads digits with at most one point; digits beyond attoseconds are passed over.
    public static func parse(_ text: Substring) -> Duration? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, let seconds = DecimalInteger.parse(Substring(whole)), seconds <= mostSeconds
        else {
            return nil
        }
        guard parts.count == 2 else { return .seconds(seconds) }
        var attoseconds: Int64 = 0
        var unit = attosecondsPerSecond
        for byte in parts[1] {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = byte else { return nil }
            unit /= 10
            attoseconds += unit * Int64(byte - UInt8(ascii: "0"))
        }
        return Duration(secondsComponent: seconds, attosecondsComponent: attoseconds)
    }

    private static func microseconds(_ duration: Duration) -> Int64 {
        guard duration > .zero else { return 0 }
        let (seconds, attoseconds) = duration.components
        return min(seconds, mostSeconds) * 1_000_000
            + (attoseconds + attosecondsPerMicrosecond / 2) / attosecondsPerMicrosecond
    }
}
