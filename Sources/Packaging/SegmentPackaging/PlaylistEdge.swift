/// How far a Media Playlist with parts has come: what a request that waits is held against (RFC 8216bis §6.2.5.2).
public struct PlaylistEdge: Hashable, Sendable {
    /// The Media Sequence Number of the segment that is not whole yet, listed in parts or not at all.
    public var sequence: Int
    /// How many of its parts are listed.
    public var partCount: Int
    /// How many parts the segment before it has.
    public var lastPartCount: Int
    /// The name of the part that comes next; `nil` behind the end.
    public var hint: String?
    /// Whether nothing will follow.
    public var isEnded: Bool
    /// EXT-X-TARGETDURATION in seconds.
    public var targetDuration: Int
    /// The part target in milliseconds.
    public var partTargetMilliseconds: Int

    /// Makes an edge.
    public init(
        sequence: Int, partCount: Int, lastPartCount: Int, hint: String?, isEnded: Bool, targetDuration: Int,
        partTargetMilliseconds: Int
    ) {
        self.sequence = sequence
        self.partCount = partCount
        self.lastPartCount = lastPartCount
        self.hint = hint
        self.isEnded = isEnded
        self.targetDuration = targetDuration
        self.partTargetMilliseconds = partTargetMilliseconds
    }
}
