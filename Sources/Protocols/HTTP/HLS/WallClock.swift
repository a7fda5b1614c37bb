import EndpointCore
import NIOCore
import TextCoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The time of day, for program dates, for names that must differ from run to run, and for heads of our own making.
enum WallClock {
    /// The time of day at a moment of this run, in milliseconds since 1970.
    static func milliseconds(at moment: NIODeadline) -> Int64 {
        UTCTime.now().millisecondsSince1970 - (NIODeadline.now() - moment).nanoseconds / 1_000_000
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A time as HTTP writes it (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func httpDate(_ date: Date = Date()) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.weekday, .day, .month, .year, .hour, .minute, .second], from: date)
        func name(_ number: Int?, _ names: [String]) -> String { names.dropFirst((number ?? 1) - 1).first ?? "" }
        func digits(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        let clock = [parts.hour, parts.minute, parts.second].map(digits).joined(separator: ":")
        return
            "\(name(parts.weekday, weekdays)), \(digits(parts.day)) \(name(parts.month, months)) \(parts.year ?? 0) \(clock) GMT"
    }
}
