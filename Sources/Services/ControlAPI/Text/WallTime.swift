import NIOCore
import TextCoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A moment by the wall clock, in milliseconds since 1970; its description is that of RFC 3339, in UTC.
struct WallTime: Hashable, Sendable, CustomStringConvertible {
    let milliseconds: Int64

    init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Such as `2026-11-21T18:13:32.250Z`.
    var description: String {
        var text: [UInt8] = []
        write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Adds the description to a text.
    func write(to text: inout [UInt8]) {
        let (days, ofDay) = Self.divide(milliseconds, 86_400_000)
        let (year, month, day) = Self.civil(days)
        func add(_ number: Int64, _ width: Int, _ mark: UInt8) {
            text.appendDigits(UInt64(clamping: number), width: width)
            text.append(mark)
        }
        add(year, 4, UInt8(ascii: "-"))
        add(month, 2, UInt8(ascii: "-"))
        add(day, 2, UInt8(ascii: "T"))
        add(ofDay / 3_600_000, 2, UInt8(ascii: ":"))
        add(ofDay / 60_000 % 60, 2, UInt8(ascii: ":"))
        add(ofDay / 1_000 % 60, 2, UInt8(ascii: "."))
        add(ofDay % 1_000, 3, UInt8(ascii: "Z"))
    }

    /// The date of a day since 1970 (the proleptic Gregorian calendar, counted in eras of 400 years from 1 March 0000).
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = divide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func divide(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
        let remainder = ((value % divisor) + divisor) % divisor
        return ((value - remainder) / divisor, remainder)
    }
}

/// The two clocks at one moment, so that times of one can be told in the other.
struct ClockReading: Sendable {
    let now: NIODeadline
    let wall: WallTime

    init() {
        now = .now()
        wall = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    init(now: NIODeadline, wall: WallTime) {
        self.now = now
        self.wall = wall
    }

    /// What the wall clock said at `deadline`.
    func wall(at deadline: NIODeadline) -> WallTime {
        wall(before: now - deadline)
    }

    /// What the wall clock said so long ago.
    func wall(before age: TimeAmount) -> WallTime {
        WallTime(milliseconds: wall.milliseconds - age.nanoseconds / 1_000_000)
    }

    /// What the wall clock said at `milliseconds` of the clock by which streams are measured.
    func wall(atMilliseconds milliseconds: Int64) -> WallTime {
        WallTime(milliseconds: wall.milliseconds - (Int64(clamping: now.uptimeNanoseconds / 1_000_000) - milliseconds))
    }
}
