/// The name of a tunnel, which whoever knows it may use: 128 random bits.
///
/// Nobody can guess one, and it does not belong in logs.
public struct RTMPTunnelID: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Makes a name of random bits, which must be those of a generator that nobody can foresee.
    public init(using generator: inout some RandomNumberGenerator) {
        high = generator.next()
        low = generator.next()
    }

    /// Reads a name as it stands in a path: 32 hexadecimal digits in lower case.
    public init?(_ text: some StringProtocol) {
        let digits = text.utf8
        guard digits.count == 32, let high = Self.number(digits.prefix(16)), let low = Self.number(digits.dropFirst(16))
        else { return nil }
        self.high = high
        self.low = low
    }

    /// The name as it stands in a path.
    public var text: String { Self.digits(of: high) + Self.digits(of: low) }

    private static func number(_ digits: some Sequence<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            number = number << 4 | UInt64(value)
        }
        return number
    }

    private static func digits(of number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}
