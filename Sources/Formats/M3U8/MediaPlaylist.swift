import TextCoding

/// A Media Playlist: the segments of one rendition, oldest first (RFC 8216bis §4.4.3).
///
/// A value with text in both directions: `text` writes it, `init(_:limits:)` reads it.
public struct MediaPlaylist: Hashable, Sendable {
    /// The longest segment in whole seconds, as every EXTINF rounds (EXT-X-TARGETDURATION).
    ///
    /// Never changes in a playlist's life.
    public var targetDuration: Int
    /// The Media Sequence Number of the first segment (EXT-X-MEDIA-SEQUENCE).
    ///
    /// Never decreases.
    public var mediaSequence: Int
    /// How many discontinuities have left the playlist at its front (EXT-X-DISCONTINUITY-SEQUENCE).
    ///
    /// Never decreases.
    public var discontinuitySequence: Int
    /// Whether segments may only be appended (EVENT) or nothing may change (VOD); `nil` for live (EXT-X-PLAYLIST-TYPE).
    public var type: PlaylistType?
    /// Whether every segment can be decoded without those before it (EXT-X-INDEPENDENT-SEGMENTS).
    public var hasIndependentSegments: Bool
    /// The segments, oldest first.
    public var segments: [MediaSegment]
    /// Whether no segment will ever follow (EXT-X-ENDLIST).
    public var isEnded: Bool
    /// What the server offers to players that stay close to the end (EXT-X-SERVER-CONTROL).
    public var serverControl: ServerControl?
    /// The longest part (EXT-X-PART-INF); needed where there are parts.
    ///
    /// Never changes in a playlist's life.
    public var partTarget: Duration?
    /// How many segments are left out at the front, because the player has them from an earlier state (EXT-X-SKIP).
    ///
    /// Not 0 in a delta update alone; `segments` then begins with number `mediaSequence + skippedSegments`.
    public var skippedSegments: Int
    /// The segment that is not whole yet: its parts, and the tags that stand before them.
    ///
    /// It has no address and no length.
    public var segmentUnderConstruction: MediaSegment?
    /// What will come next (EXT-X-PRELOAD-HINT), at most one of a kind.
    public var preloadHints: [PreloadHint]
    /// How far the other renditions have come (EXT-X-RENDITION-REPORT).
    public var renditionReports: [RenditionReport]
    /// The EXT-X-VERSION of a playlist that was read, when it is another than `requiredVersion`; otherwise `nil`.
    public var divergentVersion: Int?

    /// Makes a playlist, live and without segments unless told otherwise.
    public init(
        targetDuration: Int, mediaSequence: Int = 0, discontinuitySequence: Int = 0, type: PlaylistType? = nil,
        hasIndependentSegments: Bool = false, segments: [MediaSegment] = [], isEnded: Bool = false,
        serverControl: ServerControl? = nil, partTarget: Duration? = nil, skippedSegments: Int = 0,
        segmentUnderConstruction: MediaSegment? = nil, preloadHints: [PreloadHint] = [],
        renditionReports: [RenditionReport] = []
    ) {
        self.targetDuration = targetDuration
        self.mediaSequence = mediaSequence
        self.discontinuitySequence = discontinuitySequence
        self.type = type
        self.hasIndependentSegments = hasIndependentSegments
        self.segments = segments
        self.isEnded = isEnded
        self.serverControl = serverControl
        self.partTarget = partTarget
        self.skippedSegments = skippedSegments
        self.segmentUnderConstruction = segmentUnderConstruction
        self.preloadHints = preloadHints
        self.renditionReports = renditionReports
        self.divergentVersion = nil
    }

    /// The lowest version whose clients understand every tag in use (RFC 8216bis §8); a client must refuse what it does
    /// not know, so no playlist declares more.
    public var requiredVersion: Int {
        if skippedSegments > 0 { return 9 }
        if segmentUnderConstruction?.initialization != nil { return 6 }
        if segments.contains(where: { $0.initialization != nil }) { return 6 }
        if segments.contains(where: { $0.byteRange != nil }) { return 4 }
        if segments.contains(where: { DecimalSeconds.hasFraction($0.duration) }) { return 3 }
        return 1
    }

    /// The length of all segments together.
    public var duration: Duration { segments.reduce(.zero) { $0 + $1.duration } }

    /// The Media Sequence Number of the first of `segments`.
    public var listedSequence: Int { mediaSequence &+ skippedSegments }

    /// The Media Sequence Number after that of the last segment.
    public var endSequence: Int { listedSequence &+ segments.count }
}

/// What may change in a Media Playlist (EXT-X-PLAYLIST-TYPE).
public enum PlaylistType: String, Hashable, Sendable, CaseIterable {
    /// Segments may only be appended.
    case event = "EVENT"
    /// Nothing may change.
    case onDemand = "VOD"
}
