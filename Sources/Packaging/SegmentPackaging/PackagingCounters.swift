/// What the packager has done and left undone since it was made.
public struct PackagingCounters: Hashable, Sendable {
    /// Segments, each counted once however many files it has.
    public var segments = 0
    /// Segments that begin without a sync frame.
    public var forcedSegments = 0
    /// Segments of further tracks of pictures that begin without a sync frame, because the track has none where the
    /// first has.
    public var unalignedSegments = 0
    /// Parts of segments, of all renditions.
    public var parts = 0
    /// Parts of a single frame that lasts longer than the part target: the publisher sent nothing for so long.
    public var overlongParts = 0
    /// Places where the timeline or the tracks changed.
    public var discontinuities = 0
    /// Frames that are in a segment.
    public var framesPackaged = 0
    /// Frames of tracks that are left out.
    public var framesOmitted = 0
    /// Frames before the first sync frame, or before the moment at which a late track could join.
    public var framesAwaitingSync = 0
    /// Frames whose time lies too far from the other tracks.
    public var framesOutOfReach = 0
    /// Frames, or groups of frames, too large for a segment, and segments that could not be written.
    public var framesTooLarge = 0
    /// Frames of tracks that changed, or of segments that followed each other, faster than is allowed.
    public var framesWhileUnsettled = 0

    /// Makes counters at zero.
    public init() {}
}
