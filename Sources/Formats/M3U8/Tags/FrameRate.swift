import TextCoding

/// Frames per second with three decimals, as FRAME-RATE writes it (RFC 8216bis §4.4.6.2).
public struct FrameRate: Hashable, Sendable {
    /// Frames in a thousand seconds.
    public var thousandths: Int

    /// Makes a rate of `thousandths` frames in a thousand seconds.
    public init(thousandths: Int) {
        self.thousandths = thousandths
    }

    init?(_ text: Substring) {
        guard let seconds = DecimalSeconds.parse(text), seconds < .seconds(1_000_000) else { return nil }
        let (whole, attoseconds) = seconds.components
        thousandths = Int(whole * 1000 + (attoseconds + 500_000_000_000_000) / 1_000_000_000_000_000)
    }

    var text: String {
        let (whole, fraction) = max(0, thousandths).quotientAndRemainder(dividingBy: 1000)
        return "\(whole).\(String(1000 + fraction).dropFirst())"
    }
}
