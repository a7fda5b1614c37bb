public import MediaModel
import TextCoding

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
        // As ISO 8601 writes it, to the second.
        let second = UTCTime(millisecondsSince1970: startedAt).text.prefix { $0 != "." }
        stem = second.map { $0 == ":" ? "-" : String($0) }.joined() + "Z"
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
