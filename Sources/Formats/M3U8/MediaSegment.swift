/// One Media Segment of a Media Playlist with the tags that apply to it (RFC 8216bis §4.4.4).
public struct MediaSegment: Hashable, Sendable {
    /// Where the segment is fetched, relative to the playlist.
    public var uri: String
    /// The length (EXTINF), exact to a microsecond in text.
    public var duration: Duration
    /// The title behind the length; empty for most.
    public var title: String
    /// The part of the resource that is the segment, when it is not all of it (EXT-X-BYTERANGE).
    public var byteRange: ByteRange?
    /// Whether the segment does not continue what came before it (EXT-X-DISCONTINUITY).
    public var isDiscontinuous: Bool
    /// The wallclock time of the segment's first sample (EXT-X-PROGRAM-DATE-TIME).
    public var programDateTime: ProgramDateTime?
    /// What a player must read before the segment; written only where it changes (EXT-X-MAP).
    public var initialization: MediaInitializationSection?
    /// Whether there is no media at this place and nothing may be fetched (EXT-X-GAP).
    public var isGap: Bool

    /// The parts that it is made of, where they are listed (EXT-X-PART).
    public var parts: [PartialSegment]

    /// Makes a segment.
    public init(
        uri: String, duration: Duration, title: String = "", byteRange: ByteRange? = nil,
        isDiscontinuous: Bool = false, programDateTime: ProgramDateTime? = nil,
        initialization: MediaInitializationSection? = nil, isGap: Bool = false, parts: [PartialSegment] = []
    ) {
        self.uri = uri
        self.duration = duration
        self.title = title
        self.byteRange = byteRange
        self.isDiscontinuous = isDiscontinuous
        self.programDateTime = programDateTime
        self.initialization = initialization
        self.isGap = isGap
        self.parts = parts
    }
}
