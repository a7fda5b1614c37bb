public import MediaModel

/// Where the file of a recording lies below the folder of all: `live/show/2026-11-30T08-00-00Z.mp4`.
///
/// The stream's name becomes folders, the beginning in UTC the file's name, with a hyphen where file systems want no colon.
/// Whatever a stream is called, the file is below the folder, its parts are no longer than file systems bear, and none is
/// hidden, or looks like a recording and is a folder.
public struct RecordingName: Hashable, Sendable {
    /// Bytes of a part at most: 255, what file systems bear.
    public static let longestPart = 255
    /// Names that are tried for recordings of one stream that begin in the same second: 100.
    public static let mostAttempts = 100

    /// The folders, from outside to inside.
    public let folders: [String]
    private let stem: String
    private let ending: String

    /// Makes the name of a recording of `path` that begins at a time in milliseconds since 1970.
    public init(path: StreamPath, startedAt: Int64, format: RecordingFormat) {
        let parts = path.application.split(separator: "/") + path.name.split(separator: "/")
        folders = parts.map { Self.folder(String($0)) }
        stem = UTCDate(milliseconds: startedAt).text
        ending = "." + format.fileExtension
    }

    /// The file's name, another one for each attempt from 0 on, for when there is a file of that name already.
    public func file(attempt: Int) -> String {
        attempt == 0 ? stem + ending : "\(stem)-\(attempt + 1)\(ending)"
    }

    /// Folders and file.
    public func relativePath(attempt: Int = 0) -> String {
        (folders + [file(attempt: attempt)]).joined(separator: "/")
    }

    /// A part of a stream's name as a folder's: as it is, but for a full stop at its beginning or before the ending of a
    /// recording, which is percent-encoded.
    ///
    /// `%` is no character of stream names, so no two parts become one; but those that are too long then are cut, and
    /// carry a digest.
    static func folder(_ part: String) -> String {
        var text = part
        if text.hasPrefix(".") { text = "%2E" + text.dropFirst() }
        for ending in RecordingFormat.allCases.map(\.fileExtension)
        where text.lowercased().hasSuffix("." + ending) {
            text = "\(text.dropLast(ending.count + 1))%2E\(text.suffix(ending.count))"
        }
        guard text.utf8.count > longestPart else { return text }
        // FNV-1a, of 64 bits.
        let digest = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(text.prefix(longestPart - 18))%~\(String(digest, radix: 16))"
    }
}

/// A moment in UTC, to the second.
struct UTCDate {
    let milliseconds: Int64

    /// Such as `2026-11-30T08-00-00Z`.
    var text: String {
        let (days, ofDay) = Self.divide(milliseconds, 86_400_000)
        let (year, month, day) = Self.civil(days)
        let seconds = ofDay / 1_000
        func digits(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        let date = "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
        return "\(date)T\(digits(seconds / 3_600, 2))-\(digits(seconds / 60 % 60, 2))-\(digits(seconds % 60, 2))Z"
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
