/// A moment of wallclock time, as ISO 8601, RFC 3339 and XML Schema (`xs:dateTime`) write it.
public struct UTCTime: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted; between the years 0000 and 9999.
    public let millisecondsSince1970: Int64

    /// Makes a time; what lies outside the years 0000 to 9999, which ISO 8601 cannot write, becomes the nearest bound.
    public init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = min(max(millisecondsSince1970, Self.earliest), Self.latest)
    }

    /// 0000-01-01T00:00:00.000Z.
    private static let earliest: Int64 = -62_167_219_200_000
    /// 9999-12-31T23:59:59.999Z.
    private static let latest: Int64 = 253_402_300_799_999
    private static let millisecondsInDay: Int64 = 86_400_000

    /// Orders by time.
    public static func < (left: UTCTime, right: UTCTime) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }

    /// The time as ISO 8601 writes it, in UTC with milliseconds: `2026-08-09T12:34:56.789Z`.
    public var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Adds the text to other bytes; lists have thousands of times.
    public func write(to bytes: inout [UInt8]) {
        var (day, time) = millisecondsSince1970.quotientAndRemainder(dividingBy: Self.millisecondsInDay)
        if time < 0 {
            day -= 1
            time += Self.millisecondsInDay
        }
        let date = CivilDate(daysSince1970: day)
        func add(_ number: Int64, _ width: Int, _ mark: UInt8) {
            // None is below zero: the year is 0 at least.
            bytes.appendDigits(UInt64(clamping: number), width: width)
            bytes.append(mark)
        }
        add(date.year, 4, UInt8(ascii: "-"))
        add(date.month, 2, UInt8(ascii: "-"))
        add(date.day, 2, UInt8(ascii: "T"))
        add(time / 3_600_000, 2, UInt8(ascii: ":"))
        add(time / 60_000 % 60, 2, UInt8(ascii: ":"))
        add(time / 1_000 % 60, 2, UInt8(ascii: "."))
        add(time % 1_000, 3, UInt8(ascii: "Z"))
    }

    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction][Z|±hh[:]mm]`; without a zone it is taken for UTC.
    public init?(_ text: String) {
        var reader = DigitReader(rest: text.utf8[...])
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T") || reader.skip("t"), let hour = reader.number(2),
            reader.skip(":"), let minute = reader.number(2), reader.skip(":"), let second = reader.number(2),
            (1...12).contains(month), day >= 1, day <= CivilDate.days(inMonth: month, of: year), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        var milliseconds: Int64 = 0
        if reader.skip(".") || reader.skip(",") {
            guard let fraction = reader.fractionInMilliseconds() else { return nil }
            milliseconds = fraction
        }
        guard let zoneMinutes = reader.zoneInMinutes(), reader.rest.isEmpty else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let seconds = days * 86_400 + hour * 3600 + (minute - zoneMinutes) * 60 + second
        self.init(millisecondsSince1970: seconds * 1000 + milliseconds)
    }
}

/// Reads the fixed-width numbers of a date.
private struct DigitReader {
    var rest: Substring.UTF8View

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func number(_ count: Int) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.count == count, let value = DecimalInteger.parse(Substring(digits)) else { return nil }
        rest = rest.dropFirst(count)
        return value
    }

    /// Digits behind the point, cut after the third.
    mutating func fractionInMilliseconds() -> Int64? {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest[digits.endIndex...]
        let three = String(Substring(digits.prefix(3))) + String(repeating: "0", count: max(0, 3 - digits.count))
        return DecimalInteger.parse(three[...])
    }

    mutating func zoneInMinutes() -> Int64? {
        if rest.isEmpty || skip("Z") || skip("z") { return 0 }
        let sign: Int64 = rest.first == UInt8(ascii: "-") ? -1 : 1
        guard skip("+") || skip("-"), let hours = number(2) else { return nil }
        _ = skip(":")
        let minutes = rest.isEmpty ? 0 : number(2)
        guard let minutes, hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
