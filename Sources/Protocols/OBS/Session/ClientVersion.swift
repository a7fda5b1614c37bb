/// The version of OBS, as far as encoders differ by it.
public struct ClientVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number before the first point.
    public var major: Int
    /// The number behind it.
    public var minor: Int

    /// Makes a version.
    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `31.1.2`, `32.0.0-rc1` and the like; what is no number is 0.
    public init(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        func number(_ index: Int) -> Int {
            parts.indices.contains(index) ? Int(parts[index].prefix { $0.isASCII && $0.isNumber }) ?? 0 : 0
        }
        self.init(number(0), number(1))
    }

    /// The older version is less.
    public static func < (left: ClientVersion, right: ClientVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// `31.1`.
    public var description: String { "\(major).\(minor)" }

    /// Video encoders that one output of this version can have (`MAX_OUTPUT_VIDEO_ENCODERS`).
    var mostVideoTracks: Int { self < ClientVersion(31, 1) ? 6 : 10 }
}
