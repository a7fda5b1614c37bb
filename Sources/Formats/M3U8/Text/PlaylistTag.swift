/// The tags that are read and written, by their names.
///
/// Others are passed over, as clients must (RFC 8216bis §6.3.1).
public enum PlaylistTag: String, Hashable, Sendable, CaseIterable {
    case header = "#EXTM3U"
    case version = "#EXT-X-VERSION"
    case independentSegments = "#EXT-X-INDEPENDENT-SEGMENTS"

    // Media Playlists
    case targetDuration = "#EXT-X-TARGETDURATION"
    case mediaSequence = "#EXT-X-MEDIA-SEQUENCE"
    case discontinuitySequence = "#EXT-X-DISCONTINUITY-SEQUENCE"
    case playlistType = "#EXT-X-PLAYLIST-TYPE"
    case endList = "#EXT-X-ENDLIST"
    case serverControl = "#EXT-X-SERVER-CONTROL"
    case partInformation = "#EXT-X-PART-INF"
    case skip = "#EXT-X-SKIP"
    case preloadHint = "#EXT-X-PRELOAD-HINT"
    case renditionReport = "#EXT-X-RENDITION-REPORT"

    // Media Segments
    case segmentDuration = "#EXTINF"
    case byteRange = "#EXT-X-BYTERANGE"
    case discontinuity = "#EXT-X-DISCONTINUITY"
    case initialization = "#EXT-X-MAP"
    case programDateTime = "#EXT-X-PROGRAM-DATE-TIME"
    case gap = "#EXT-X-GAP"
    case part = "#EXT-X-PART"

    // Multivariant Playlists
    case rendition = "#EXT-X-MEDIA"
    case variantStream = "#EXT-X-STREAM-INF"

    /// The kinds of playlist in which a tag may stand.
    var home: Home {
        switch self {
        case .header, .version, .independentSegments: .any
        case .rendition, .variantStream: .multivariant
        case .targetDuration, .mediaSequence, .discontinuitySequence, .playlistType, .endList, .segmentDuration,
            .byteRange,
            .discontinuity, .initialization, .programDateTime, .gap, .part, .serverControl, .partInformation, .skip,
            .preloadHint, .renditionReport:
            .media
        }
    }

    enum Home { case any, media, multivariant }
}
