import M3U8
import MPD
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
        /// When it is shown, which names it.
        let showing: MediaTime
        let isIndependent: Bool
    }

    /// From when on a segment is shown, and how long.
    struct Showing {
        let timescale: Timescale
        let place: SegmentTimeline.Place
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
    /// When the newest whole segment is shown, as players are told.
    var newest: Showing?
    /// When the next one is shown, as players were told before it was whole.
    var expectedPlace: SegmentTimeline.Place?
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

// MARK: When segments are shown

extension PackagedRendition {
    /// The time from which the next segment is said to be shown, whose first sample is shown at `sample`.
    ///
    /// Who was told to expect it was told that it begins where the one before ends, and asks for it by that time. So it
    /// does, also where sound has a hole, or pictures are suddenly reordered otherwise. No time comes twice.
    func showing(of sample: MediaTime, in epoch: Epoch) -> MediaTime {
        let shown = max(0, sample.value)
        guard let newest else { return MediaTime(shown, sample.timescale) }
        let end = newest.timescale.convert(newest.place.end, to: sample.timescale)
        guard expectedSegment == nil else { return MediaTime(end, sample.timescale) }
        // Another epoch, with other reordering, may begin before. And who began to package later than others does not know
        // where the one before ended.
        let isIndependent = epoch.isShared || epoch.segmentCount == 0
        let begin = newest.timescale.convert(newest.place.time, to: sample.timescale)
        return MediaTime(max(shown, isIndependent ? begin.addingClamped(1) : end), sample.timescale)
    }

    /// Notes that the segment that is said to be shown from `begin` on is whole, and that its last sample is shown until
    /// `end`, in ticks of the same timescale.
    ///
    /// What players were told of its end stays true when it is nearly true, as where times are rounded to milliseconds:
    /// some never forget it, and reckon from it when the segments behind begin.
    mutating func noteShowing(from begin: MediaTime, until end: Int64) {
        var place = SegmentTimeline.Place(time: begin.value, duration: max(1, end.subtractingClamped(begin.value)))
        let tolerance = begin.timescale.ticksPerSecond / Self.promisesPerSecond
        if let told = expectedPlace, told.time == place.time, abs(told.duration - place.duration) <= tolerance {
            place = told
        }
        expectedPlace = nil
        newest = Showing(timescale: begin.timescale, place: place)
    }

    /// How nearly an announced end must be met to be kept: within a twentieth of a second, two frames of sound.
    private static let promisesPerSecond: Int64 = 20
}
