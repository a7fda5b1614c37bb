import CodecParsing
import EndpointCore
import MediaModel
import SegmentPackaging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The text that goes before an initialization segment over WebSocket: what comes, what else there is, and what cannot.
struct FeedAnnouncement: Encodable {
    /// One track of the stream.
    struct TrackLine: Encodable {
        var id: UInt8
        var kind: String
        var codec: String
        var width: Int?
        var height: Int?
        var frameRate: Double?
        var sampleRate: Int?
        var channels: Int?
        var language: String?
        var name: String?
    }

    /// A track that is not to be had, and why.
    struct OmittedLine: Encodable {
        var id: UInt8
        var kind: String
        var codec: String
        var reason: String
    }

    /// Tells announcements from other texts.
    let type = "init"
    /// What `MediaSource.isTypeSupported` is to be asked; absent where nothing is carried.
    var mime: String?
    /// All tracks of the stream.
    var tracks: [TrackLine]
    /// The number of the track of pictures that comes, if one does.
    var video: UInt8?
    /// The number of the track of sound that comes, if one does.
    var audio: UInt8?
    var omitted: [OmittedLine]

    init(of tracks: [Track], feed: TrackFeed, mediaType: String?) {
        mime = mediaType
        self.tracks = tracks.map { TrackLine($0) }
        video = feed.video?.id.number
        audio = feed.audio?.id.number
        omitted = feed.omitted.map { track in
            OmittedLine(
                id: track.id.number, kind: track.id.kind.rawValue, codec: track.codec.rawValue,
                reason: track.reason.description)
        }
    }

    /// The text in UTF-8.
    var json: [UInt8] {
        // Numbers that JSON cannot express are the one thing that fails, and `TrackLine` has none.
        (try? JSONEncoder.ordered().encode(self)).map { [UInt8]($0) } ?? []
    }
}

extension FeedAnnouncement.TrackLine {
    fileprivate init(_ track: Track) {
        let configuration = track.configuration
        id = track.id.number
        kind = track.kind.rawValue
        codec = configuration.codecString ?? track.codec.rawValue
        width = configuration.video?.width
        height = configuration.video?.height
        frameRate = configuration.video?.frameRate.flatMap { $0.isFinite ? $0 : nil }
        sampleRate = configuration.audio?.sampleRate
        channels = configuration.audio?.channelCount
        language = track.language
        name = track.name
    }
}

extension PackagingOmission {
    /// The reason in words for a viewer.
    var description: String {
        switch self {
        case .codecNotInHLS: "no such container holds this coding"
        case .codecNotInTransportStream: "MPEG-TS does not hold this coding"
        case .recordUnusable: "its decoder configuration is missing or cannot be read"
        case .formatUnusable: "its size, or its sampling rate and channels, are not known"
        case .furtherSoundInOneFile: "there is room for one track of sound"
        case .tooManyTracks: "there are too many tracks"
        }
    }
}
