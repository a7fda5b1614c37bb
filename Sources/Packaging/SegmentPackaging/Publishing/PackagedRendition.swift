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
    private(set) var initialization: (section: MediaInitializationSection, bytes: ByteBuffer)?
    /// What has been measured of the bit rate.
    var bitRate = BitRateMeter()
    /// Frames per second as last measured, for pictures whose configuration does not tell.
    var frameRate: FrameRate?
    /// The segment whose parts go out; `nil` before its first part.
    var open: OpenSegment?
    /// Decode time with which the next part begins.
    var nextPart: MediaTime?
    /// How many parts the newest whole segment has.
    var lastPartCount = 0
    /// Whether the playlist is another than the one that was published.
    var isChanged = false

    init(name: String) {
        self.name = name
    }

    /// The name of the playlist.
    var playlistName: String { "\(name).m3u8" }

    /// The name of the segment of this rendition with the Media Sequence Number `number`.
    func segmentName(_ number: Int, _ configuration: SegmentPackager.Configuration) -> String {
        "\(configuration.namePrefix)\(name)-\(number).\(configuration.container.segmentExtension)"
    }

    /// The name of the part that begins at `start`.
    ///
    /// It tells nothing of the segment: whether the next part still belongs to this one is not known before it comes, but
    /// when it begins is known, so that it can be announced.
    func partName(_ start: MediaTime, _ configuration: SegmentPackager.Configuration) -> String {
        "\(configuration.namePrefix)\(name)-part-\(start.value).\(configuration.container.segmentExtension)"
    }

    /// Puts an initialization section in force; returns its name when it is another than before.
    ///
    /// It is named after the first segment that needs it, a number that never comes again.
    mutating func useInitialization(_ bytes: ByteBuffer?, from number: Int, prefix: String) -> String? {
        guard let bytes, bytes != initialization?.bytes else { return nil }
        let uri = "\(prefix)\(name)-\(number)-init.mp4"
        initialization = (MediaInitializationSection(uri: uri), bytes)
        return uri
    }

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
