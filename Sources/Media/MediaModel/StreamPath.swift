/// The name of a live stream: an application and a name within it, such as `live/show`.
///
/// A path is checked when it is made and is safe in URLs, log lines and file names ever after.
public struct StreamPath: Hashable, Sendable, CustomStringConvertible {
    /// Why a text is no stream path.
    public enum Fault: Error, Equatable, Sendable {
        /// The application or the name is empty.
        case empty
        /// More than `StreamPath.longestPart` characters in the application or the name.
        case tooLong(Int)
        /// A character outside letters, digits, `.`, `_`, `-`, `~` and single inner `/`.
        case forbiddenCharacter
        /// A part that is `.` or `..`, or an empty part between two slashes.
        case forbiddenPart
    }

    /// The longest application and the longest name, in characters: 255, as file systems and URLs bear it.
    public static let longestPart = 255

    /// The application, such as `live`.
    public let application: String
    /// The name within the application, such as `show`.
    public let name: String

    /// Makes a path of two checked parts.
    public init(application: String, name: String) throws(Fault) {
        try Self.check(application)
        try Self.check(name)
        self.application = application
        self.name = name
    }

    /// Makes a path from `app/name`, the application being what stands before the first slash.
    public init(_ text: some StringProtocol) throws(Fault) {
        guard let slash = text.firstIndex(of: "/") else { throw .empty }
        try self.init(application: String(text[..<slash]), name: String(text[text.index(after: slash)...]))
    }

    /// `app/name`.
    public var description: String { "\(application)/\(name)" }

    private static func check(_ text: String) throws(Fault) {
        let bytes = text.utf8
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= longestPart else { throw .tooLong(bytes.count) }
        for byte in bytes where !isAllowed(byte) { throw .forbiddenCharacter }
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard !part.isEmpty, part != ".", part != ".." else { throw .forbiddenPart }
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "~"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}

extension StreamPath: Comparable {
    /// Orders by application, then by name.
    public static func < (left: StreamPath, right: StreamPath) -> Bool {
        left.application == right.application ? left.name < right.name : left.application < right.application
    }
}
