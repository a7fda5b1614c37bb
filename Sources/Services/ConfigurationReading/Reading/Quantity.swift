/// A number with a unit, read exactly: `2s`, `1.5MiB`.
enum Quantity {
    enum Fault: Error, Equatable {
        case notANumber
        case noUnit
        case unknownUnit
        /// More digits after the point than the unit can be divided into.
        case notWhole
        case tooLarge
    }

    /// Reads `text` as a count of the unit whose factor is 1.
    ///
    /// - Parameters:
    ///   - units: names and factors, compared as written.
    ///   - bareFactor: the factor of a number without a unit; `nil` when there has to be one. Zero needs none.
    static func read(_ text: String, units: [(name: String, factor: Int64)], bareFactor: Int64? = nil) throws(Fault)
        -> Int64
    {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        var rest = text[digits.endIndex...]
        var fraction: Substring = ""
        if rest.first == "." {
            fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !fraction.isEmpty else { throw .notANumber }
            rest = text[fraction.endIndex...]
        }
        guard !digits.isEmpty else { throw .notANumber }
        guard let number = Int64(digits), fraction.count <= 9, let part = Int64("0\(fraction)") else { throw .tooLarge }

        let unit = rest.drop { $0 == " " }
        let factor: Int64
        if unit.isEmpty {
            guard let bare = bareFactor ?? (number == 0 && part == 0 ? 1 : nil) else { throw .noUnit }
            factor = bare
        } else {
            guard let known = units.first(where: { $0.name == unit }) else { throw .unknownUnit }
            factor = known.factor
        }

        let (whole, isWholeTooLarge) = number.multipliedReportingOverflow(by: factor)
        // At most nine digits of the largest unit, an hour in nanoseconds: 10⁹ · 3.6·10¹² would not fit into 64 bits.
        let scaled = Int128(part) * Int128(factor)
        let divisor = fraction.reduce(into: Int128(1)) { divisor, _ in divisor *= 10 }
        guard scaled % divisor == 0 else { throw .notWhole }
        let (sum, isSumTooLarge) = whole.addingReportingOverflow(Int64(clamping: scaled / divisor))
        guard !isWholeTooLarge, !isSumTooLarge else { throw .tooLarge }
        return sum
    }

    /// Writes `value` in the largest unit that it is a whole number of, and at least `leastCount` of.
    static func text(_ value: Int64, units: [(name: String, factor: Int64)], leastCount: Int64 = 1) -> String? {
        let unit = units.filter { value % $0.factor == 0 && value / $0.factor >= leastCount }.max {
            $0.factor < $1.factor
        }
        return unit.map { "\(value / $0.factor)\($0.name)" }
    }
}

/// Sizes in bytes.
enum ByteSize {
    static let units: [(name: String, factor: Int64)] = [
        ("B", 1), ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ]

    /// The size in the largest binary unit that it is a whole number of.
    static func text(_ bytes: Int) -> String {
        let binary = units.filter { $0.factor & ($0.factor - 1) == 0 }
        return Quantity.text(Int64(bytes), units: binary) ?? "\(bytes)B"
    }
}

/// Lengths of time.
enum TimeSpan {
    static let units: [(name: String, factor: Int64)] = [
        ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// The time in the largest unit that it is a whole number of; minutes and hours from two on, so that `60s` stays.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return "\(seconds)s" }
        let nanoseconds = scaled &+ attoseconds / 1_000_000_000
        return Quantity.text(nanoseconds, units: units.filter { $0.factor > 1_000_000_000 }, leastCount: 2)
            ?? Quantity.text(nanoseconds, units: units.filter { $0.factor <= 1_000_000_000 })
            ?? "0s"
    }
}

/// Bits per second.
enum BitRate {
    static let units: [(name: String, factor: Int64)] = [("bps", 1), ("kbps", 1000), ("Mbps", 1_000_000)]

    /// The rate in the largest unit that it is a whole number of.
    static func text(_ bitsPerSecond: Int) -> String {
        Quantity.text(Int64(bitsPerSecond), units: units) ?? "\(bitsPerSecond)bps"
    }
}
