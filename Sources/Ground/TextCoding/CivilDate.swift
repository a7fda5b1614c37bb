/// A day of the proleptic Gregorian calendar, to and from a count of days.
///
/// The year is counted from March, so that the leap day is its last and the lengths of the months before it follow one
/// formula; 400 of such years are one era of 146,097 days.
public struct CivilDate: Hashable, Sendable {
    /// The year; 0 is the year before 1.
    public var year: Int64
    /// 1 … 12.
    public var month: Int64
    /// 1 … 31.
    public var day: Int64

    private static let daysInEra: Int64 = 146_097
    /// Days from 0000-03-01 to 1970-01-01.
    private static let daysTo1970: Int64 = 719_468

    /// Makes a date; the numbers are not checked.
    public init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Makes the date of a day, counted from 1970-01-01.
    public init(daysSince1970: Int64) {
        let days = daysSince1970 + Self.daysTo1970
        let era = (days >= 0 ? days : days - (Self.daysInEra - 1)) / Self.daysInEra
        let dayOfEra = days - era * Self.daysInEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// The day, counted from 1970-01-01.
    public var daysSince1970: Int64 {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let era = (yearFromMarch >= 0 ? yearFromMarch : yearFromMarch - 399) / 400
        let yearOfEra = yearFromMarch - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysInEra + dayOfEra - Self.daysTo1970
    }

    /// How many days a month has; a month that is none has 31.
    public static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
