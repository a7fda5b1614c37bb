extension SegmentPackager {
    /// How a stream is cut, what is kept of it, and how much it may cost.
    public struct Configuration: Hashable, Sendable {
        /// What the segments are written in.
        ///
        /// Default fragmented MP4.
        public var container = Container.fragmentedMP4
        /// Which tracks share a file.
        ///
        /// Default one track per file; MPEG-TS is always muxed.
        public var layout = Layout.separateTracks

        /// How long a segment is meant to be; it ends with the first sync frame from there on.
        ///
        /// Default 2 seconds, between half a second and a minute.
        public var targetDuration = Duration.seconds(2)
        /// How long the parts of a segment are meant to be, which go out before it is whole; zero for no parts.
        ///
        /// Default zero. With fragmented MP4 of one track per file alone. The part target that playlists announce is this
        /// or a little more, as the frames of the stream need it (`PartTarget`).
        public var partDuration = Duration.zero
        /// How much media the playlists list.
        ///
        /// Default 60 seconds. Never less than three target durations and six segments (RFC 8216bis §6.2.2).
        public var window = Duration.seconds(60)
        /// The longest first segment, which settles the target duration of the playlists for good.
        ///
        /// Default 12 seconds: x264 spaces sync frames by up to 250 frames, 10.4 seconds at 24 per second. A publisher with
        /// longer groups of pictures gets segments that begin without a sync frame.
        public var longestSegment = Duration.seconds(12)
        /// How long the stream waits for an announced track that sends nothing, at its beginning.
        ///
        /// Default 1.5 seconds. A track that comes later joins at the next sync frame, behind a discontinuity.
        public var trackWait = Duration.milliseconds(1500)
        /// How far sound may lag behind the pictures before a segment ends without waiting for it.
        ///
        /// Default 1 second.
        public var longestHold = Duration.seconds(1)

        /// Most segments that a playlist lists, however long the window.
        ///
        /// Default 10,800: six hours of segments of 2 s, a megabyte of text, of which players that know delta updates fetch the
        /// end alone.
        public var mostSegments = 10_800
        /// Most bytes of frames that a segment under construction holds.
        ///
        /// Default 64 MiB: 10 seconds at 50 Mbit/s.
        public var mostBytesInSegment = 64 << 20
        /// Most frames of all tracks that a segment under construction holds.
        ///
        /// Default 20,000.
        public var mostFramesInSegment = 20_000
        /// Most bytes of all segments and initialization sections, listed or still to be had.
        ///
        /// Default 512 MiB: a minute, and once more for what has left the playlist, at 30 Mbit/s. Beyond it the oldest goes
        /// early, whatever the rules say: what has left the playlist first.
        public var mostBytes = 512 << 20
        /// Most tracks that are packaged.
        ///
        /// Default 8: a ladder of five qualities and three languages.
        public var mostTracks = 8

        /// What the DASH manifest says besides; `nil` for none.
        ///
        /// Default `nil`. With fragmented MP4 of one track per file, and the packager's own timeline: a manifest announces a
        /// segment by the end of the one before, which who began later does not know.
        public var manifest: ManifestOptions?

        /// What the names of segments and initialization sections begin with.
        ///
        /// Default empty. Caches keep these resources for ever, so the text must be another one whenever counting begins
        /// anew, as when the server was restarted.
        public var namePrefix = ""

        /// What the segments are numbered by.
        ///
        /// Default by their count. By the date numbers go on when packaging begins anew, as when the server was restarted.
        public var numbering = Numbering.byCount
        /// What places frames on the output timeline.
        ///
        /// Default the packager's own. With the publisher's, everybody who packages the stream makes the same files.
        public var timeline = Timeline.own

        /// Makes the default configuration.
        public init() {}
    }

    /// What segments are numbered by.
    public enum Numbering: Hashable, Sendable {
        /// The first is 0.
        case byCount
        /// The first is numbered by its date, in target durations since the beginning of 2025.
        ///
        /// None is numbered twice then, as segments are no shorter than that but for few.
        case byDate
    }

    /// What places frames on the output timeline, and what tells their date.
    public enum Timeline: Hashable, Sendable {
        /// It begins with the first frame, whose date is that of its arrival.
        case own
        /// It is that of the publisher's timestamps, whose zero is this date, in milliseconds since 1970.
        ///
        /// What is made of the frames then depends on nothing but them: times, dates, boundaries, numbers and names.
        /// Names have no prefix, except for what depends on when packaging began or ended. Boundaries and numbers agree as
        /// long as sync frames come with every target duration; names tell the time, and always agree.
        case publishers(zero: Int64)
    }

    /// What segments are written in.
    public enum Container: String, Hashable, Sendable, CaseIterable {
        case fragmentedMP4, transportStream
    }

    /// Which tracks share a file.
    public enum Layout: String, Hashable, Sendable, CaseIterable {
        /// A Media Playlist for each track, as CMAF wants it; each track of pictures is a variant, each of sound a rendition.
        case separateTracks
        /// A Media Playlist for each track of pictures, the first track of sound in the same files.
        case muxed
    }
}

extension SegmentPackager.Configuration {
    /// The layout that is in force: MPEG-TS knows only one.
    var effectiveLayout: SegmentPackager.Layout { container == .transportStream ? .muxed : layout }

    /// Segments that are enough for a short window of any publisher: 500.
    ///
    /// They are shorter than meant where tracks change, and their number must not be the publisher's to choose.
    private static let segmentsOfShortWindow = 500

    /// Most segments that a playlist lists, for the window that is in force.
    var mostListed: Int {
        min(mostSegments, max(Self.segmentsOfShortWindow, 2 * Int(window.mpegTicks / target)))
    }

    /// The target duration in whole seconds that playlists begin with, rounded up.
    var targetSeconds: Int64 { (target + 89_999) / 90_000 }

    var target: Int64 { min(max(targetDuration.mpegTicks, 45_000), 60 * 90_000) }
    /// In ticks of 90 kHz and whole milliseconds; 0 where there are no parts.
    var part: Int64 {
        guard container == .fragmentedMP4, effectiveLayout == .separateTracks, partDuration > .zero else { return 0 }
        return min(max(partDuration.mpegTicks / 90 * 90, 4500), target)
    }
    var longest: Int64 { min(max(longestSegment.mpegTicks, target), 120 * 90_000) }
}

extension Duration {
    /// The duration in ticks of 90 kHz, between none and a day.
    var mpegTicks: Int64 {
        let day: Int64 = 86_400
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < day else { return day * 90_000 }
        return seconds * 90_000 + attoseconds / (1_000_000_000_000_000_000 / 90_000)
    }
}
