#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A wallclock time to the millisecond.
struct LogTime: Equatable {
    /// Since 1970-01-01T00:00:00Z, leap seconds not counted.
    var milliseconds: Int64

    @Sendable
    static func now() -> LogTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The time in UTC as RFC 3339 writes it: `2026-01-31T12:34:56.789Z`.
    var text: String {
        let dayMilliseconds: Int64 = 86_400_000
        let days = Int64((Double(milliseconds) / Double(dayMilliseconds)).rounded(.down))
        let time = milliseconds - days * dayMilliseconds
        let (year, month, day) = Self.date(daysSince1970: days)
        let clock = [time / 3_600_000, time / 60_000 % 60, time / 1000 % 60].map { Self.digits($0, 2) }
        return "\(Self.digits(year, 4))-\(Self.digits(month, 2))-\(Self.digits(day, 2))T\(clock.joined(separator: ":"))"
            + ".\(Self.digits(time % 1000, 3))Z"
    }

    /// The Gregorian date, counted in eras of 400 years that begin on the first of March, so that the leap day is last.
    private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let eraDays: Int64 = 146_097
        let sinceMarch0000 = days + 719_468
        let era = (sinceMarch0000 >= 0 ? sinceMarch0000 : sinceMarch0000 - eraDays + 1) / eraDays
        let day = sinceMarch0000 - era * eraDays
        let yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
