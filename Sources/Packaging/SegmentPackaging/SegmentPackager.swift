public import M3U8
public import MediaModel

/// Turns a live stream into HLS and DASH: frames go in, initialization sections, segments and the states of playlists and
/// manifests come out.
///
/// A value without clocks, files or sockets. Whoever owns it appends what the publisher sends, with the wallclock time of
/// its arrival, and applies the events in their order; requests are answered from `resource(named:)`, where everything
/// lies ready.
///
/// **One life.** A packager lives as long as the stream's name, over any number of publishers. Media and discontinuity
/// sequence numbers go on, and so does the output timeline, which begins at `timelineOriginSeconds`. `finish` ends the
/// playlists; frames that come after it continue them behind a discontinuity.
///
/// **Epochs.** As long as tracks and clock are the same, segments follow one another without a seam. A change of either
/// (other parameter sets, a track more or less, `.discontinuity`, a hole longer than a segment) ends the epoch. The next
/// is gathered first: it begins with a sync frame, and with every announced track that does not keep it waiting. Sound
/// that changes or comes late joins at the next sync frame, so that no picture is lost for it.
///
/// **Target duration.** It must be announced with the first segment, be no less than any that follows, and never change
/// (RFC 8216bis §6.2.1), but the publisher chooses where segments can end. So the first segment may last up to
/// `longestSegment` and settles it: the configured target or the first segment's length, whichever is more. From then on
/// the segmenter keeps to it, by force if it must; how, and why so, stands at `Segmenter`.
///
/// **All renditions have the same segments.** Each Media Playlist lists one entry for each segment of the stream; where a
/// track had nothing to say it is a gap (EXT-X-GAP). So media sequence, discontinuities and boundaries agree by
/// construction.
///
/// **Several qualities.** Each track of pictures is a variant of the Multivariant Playlist. The first, the pilot, decides
/// where segments end; the others are cut at their own sync frames that are shown at the same time (`Segmenter`). Tracks of
/// sound in the same coding are a group of renditions, and each variant stands once for each group, so that a player that
/// lacks one coding still finds another.
///
/// EXT-X-INDEPENDENT-SEGMENTS stands in a Media Playlist, as long as none of its segments had to begin without a sync
/// frame. It does not stand in the Multivariant Playlist, which players fetch once, and where it could become a lie.
public struct SegmentPackager: Sendable {
    /// Where the output timeline begins: 10 seconds.
    ///
    /// Pictures that are shown before they are decoded, by whatever mistake of an encoder, still have positive times.
    public static let timelineOriginSeconds: Int64 = 10
    /// The name of the Multivariant Playlist.
    public static let multivariantPlaylistName = "index.m3u8"

    /// The name of the DASH manifest.
    public static let manifestName = "manifest.mpd"

    /// How the stream is cut and what is kept.
    public private(set) var configuration: Configuration
    /// What has been done and left undone.
    public internal(set) var counters = PackagingCounters()
    /// The tracks of the publisher that the output does not carry.
    public internal(set) var omittedTracks: [OmittedTrack<PackagingOmission>] = []

    /// The tracks of the publisher that the output carries.
    var included: [Track] = []
    var epoch: Epoch?
    /// The frames of the next epoch, while there is none.
    var gathering = Gathering()
    var allowance = Allowance.ofEpochs
    var segmentAllowance = Allowance.ofSegments
    /// The time of the latest arrival, in milliseconds since 1970; a clock that is set back goes back here too.
    var latestWallclock: Int64 = 0
    /// Whether the epoch gives way to another at the next sync frame.
    var isChangeDue = false
    var presentation: Presentation

    /// Makes a packager.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        presentation = Presentation(configuration: configuration)
    }

    /// Keeps more or less of the past from the next segment on.
    ///
    /// - Parameters:
    ///   - window: how much media the playlists list.
    ///   - mostBytes: bytes of all segments.
    public mutating func keep(window: Duration, mostBytes: Int) {
        configuration.window = window
        configuration.mostBytes = mostBytes
        presentation.configuration = configuration
    }

    /// Everything that can be fetched, by name.
    public var resources: [String: PackagedResource] { presentation.resources }
    /// The target duration of all playlists in seconds; `nil` until the first segment has settled it.
    public var targetDuration: Int? { presentation.targetDuration }
    /// The present states of the Media Playlists, by the names under which they are fetched.
    public var mediaPlaylists: [String: MediaPlaylist] { presentation.mediaPlaylists }
    /// The present state of the Multivariant Playlist; `nil` before the first segment.
    public var multivariantPlaylist: MultivariantPlaylist? { presentation.multivariantPlaylist }

    /// The segments that are not whole yet, as far as they have parts, by the names of their Media Playlists.
    public var segmentsUnderConstruction: [String: SegmentUnderConstruction] {
        presentation.renditions.reduce(into: [:]) { $0[$1.playlistName] = $1.open?.published }
    }

    /// When the listed segments of a Media Playlist begin and how long they last, oldest first; `nil` for a gap.
    public func times(in playlist: String) -> [SegmentTimes?] {
        presentation.renditions.first { $0.playlistName == playlist }?.window.times ?? []
    }

    /// The resource with this name, ready to be sent.
    public func resource(named name: String) -> PackagedResource? {
        presentation.resources[name]
    }

    /// Takes what the publisher sends, at `wallclock` in milliseconds since 1970, and appends what comes of it to `events`.
    public mutating func append(
        _ element: StreamElement, wallclock: Int64, into events: inout [PackagingEvent]
    ) {
        presentation.now = max(presentation.now, wallclock)
        latestWallclock = wallclock
        switch element {
        case .tracks(let tracks): change(to: tracks, into: &events)
        case .frame(let frame): take(frame, wallclock: wallclock, into: &events)
        case .discontinuity: endEpoch(into: &events)
        case .metadata, .data: break
        }
    }

    /// Ends the stream: the last segment is published, and the playlists say that none will follow.
    public mutating func finish(into events: inout [PackagingEvent]) {
        endEpoch(into: &events)
        presentation.end(into: &events)
    }
}
