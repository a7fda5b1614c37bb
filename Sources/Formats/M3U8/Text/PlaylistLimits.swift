/// How much of a playlist is read before it is refused.
public struct PlaylistLimits: Hashable, Sendable {
    /// Longest text in bytes.
    ///
    /// Default 4 MiB: a day of two-second segments.
    public var bytes: Int
    /// Longest line in bytes.
    ///
    /// Default 8 KiB, as long as the URIs that servers accept.
    public var bytesInLine: Int
    /// Most lines.
    ///
    /// Default 250,000.
    public var lines: Int
    /// Most segments or variants.
    ///
    /// Default 50,000.
    public var segments: Int

    /// Makes limits.
    public init(bytes: Int = 4 << 20, bytesInLine: Int = 8 << 10, lines: Int = 250_000, segments: Int = 50_000) {
        self.bytes = bytes
        self.bytesInLine = bytesInLine
        self.lines = lines
        self.segments = segments
    }
}
