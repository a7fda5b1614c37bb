import M3U8
import MediaModel
import NIOCore

/// One Media Playlist of the stream, through its whole life.
struct PackagedRendition {
    /// The segment whose parts go out.
    struct OpenSegment {
        var published: SegmentUnderConstruction
        /// As the playlist lists it: the parts, and the tags before them.
        var listed: MediaSegment
        /// The names of the parts.
        var resources: [String] = []
        let isIndependent: Bool
    }

    /// The name without an ending: `video`, `video-1`, `audio`, `audio-1`, `muxed`, `muxed-1`.
    let name: String
    /// The listed segments, one for each segment of the stream.
    private(set) var window = PlaylistWindow()
    /// The initialization section in force, with its bytes, against which the next epoch's are held.
    var initialization: (section: MediaInitializationSection, bytes: ByteBuffer)?
    /// What has been measured of the bit rate.
    var bitRate = BitRateMeter()
    /// Frames per second as last measured, for pictures whose configuration does not tell.
    var frameRate: FrameRate?
    /// The segment whose parts go out; `nil` before its first part.
    var open: OpenSegment?
    /// Decode time with which the next part begins, and the name under which it is announced.
    var nextPart: (start: MediaTime, name: String)?
    /// The name of the segment that comes next, as long as it is expected and has no part.
    var expectedSegment: String?
    /// How many parts the newest whole segment has.
    var lastPartCount = 0
    /// Whether the playlist is another than the one that was published.
    var isChanged = false

    init(name: String) {
        self.name = name
    }

    /// The name of the playlist.
    var playlistName: String { "\(name).m3u8" }

    /// Appends a segment, with the initialization section that is in force.
    mutating func append(_ segment: MediaSegment, isIndependent: Bool = true, times: SegmentTimes? = nil) {
        var segment = segment
        segment.initialization = initialization?.section
        window.append(segment, isIndependent: isIndependent, times: times)
        lastPartCount = segment.parts.count
        isChanged = true
    }

    /// Removes the oldest segment.
    mutating func removeFirst() {
        window.removeFirst()
    }

    /// Puts the lines of the whole segments together.
    mutating func compose(parts: Duration, skip: Duration?) {
        window.compose(parts: parts, skip: skip)
    }

    /// Whether a decoder can begin with every listed segment.
    var hasIndependentSegments: Bool { window.hasIndependentSegments && open?.isIndependent != false }
}
