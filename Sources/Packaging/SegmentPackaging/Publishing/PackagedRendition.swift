import M3U8
import MediaModel
import NIOCore

/// One Media Playlist of the stream, through its whole life.
struct PackagedRendition {
    /// The name without an ending: `video`, `video-1`, `audio`, `audio-1`, `muxed`, `muxed-1`.
    let name: String
    /// The listed segments, one for each segment of the stream.
    private(set) var segments: [MediaSegment] = []
    /// Whether a decoder can begin with each of them.
    private var independence: [Bool] = []
    /// The initialization section in force, with its bytes, against which the next epoch's are held.
    private(set) var initialization: (section: MediaInitializationSection, bytes: ByteBuffer)?
    /// What has been measured of the bit rate.
    var bitRate = BitRateMeter()
    /// Frames per second as last measured, for pictures whose configuration does not tell.
    var frameRate: FrameRate?

    init(name: String) {
        self.name = name
    }

    /// The name of the playlist.
    var playlistName: String { "\(name).m3u8" }

    /// The name of the segment of this rendition with the Media Sequence Number `number`.
    func segmentName(_ number: Int, _ configuration: SegmentPackager.Configuration) -> String {
        "\(configuration.namePrefix)\(name)-\(number).\(configuration.container.segmentExtension)"
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
    mutating func append(_ segment: MediaSegment, isIndependent: Bool = true) {
        var segment = segment
        segment.initialization = initialization?.section
        segments.append(segment)
        independence.append(isIndependent)
    }

    /// Removes the oldest segment.
    mutating func removeFirst() {
        guard !segments.isEmpty else { return }
        segments.removeFirst()
        independence.removeFirst()
    }

    /// Whether a decoder can begin with every listed segment.
    var hasIndependentSegments: Bool { !independence.contains(false) }

    /// Whether a segment with media is listed.
    var hasMedia: Bool { segments.contains { !$0.isGap } }
}
