import EndpointCore
import FLV
import MediaModel
import SegmentPackaging

/// The two forms of HLS, by the folder below a stream's own in which their files lie.
enum HLSForm: String, Sendable, CaseIterable {
    case fragmentedMP4 = "hls"
    case transportStream = "hls-ts"
}

/// What a playback URL names: an application, a name in it, and what of the stream is wanted.
///
/// | URL | resource |
/// |---|---|
/// | `/live/show` | the watch page |
/// | `/live/show.flv` | FLV, over HTTP or WebSocket |
/// | `/live/show.mp4` | fragmented MP4, over HTTP or WebSocket |
/// | `/live/show.ts` | MPEG-TS, over HTTP or WebSocket |
/// | `/live/show.jpg` | a picture of what it shows |
/// | `/live/show/index.m3u8`, `/live/show.m3u8`, `/hls/show.m3u8` | the multivariant playlist |
/// | `/live/show/manifest.mpd` | the DASH manifest |
/// | `/live/show/hls/…` | a media playlist, initialization section or segment |
struct PlaybackLocation: Equatable, Sendable {
    /// What is wanted of a stream.
    enum Resource: Equatable, Sendable {
        /// The page that plays it.
        case page
        /// The stream without end.
        case live(LiveForm)
        /// A picture of the newest sync frame.
        case picture
        /// The multivariant playlist. `base` is what its relative addresses must begin with from this URL.
        case multivariantPlaylist(base: String)
        /// The DASH manifest.
        case dashManifest
        /// A file that the multivariant playlist or the manifest leads to.
        case hlsFile(HLSForm, String)
    }

    /// The application of `/hls/show.m3u8`, the address that nginx-rtmp made a habit.
    static let habitualApplication = "live"

    var application: String
    var name: String
    var resource: Resource
    var query: [String: String]
    /// A token that stood in the request's header instead of its query.
    var bearer: String?

    /// Reads the target of a request, path and query; `nil` when it cannot name a stream.
    init?(target: String) {
        let written = Self.path(of: target)
        query = Self.parse(query: target[written.endIndex...].dropFirst())
        guard written.utf8.count <= 2 * StreamPath.longestPart + 128, let path = written.percentDecoded else {
            return nil
        }
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
            .map { String(Substring($0)) }
        guard segments.count >= 2, let last = segments.last, !segments.contains("") else { return nil }

        application = segments[0]
        let folder = segments[1..<(segments.count - 1)]
        if last == "index.m3u8", !folder.isEmpty {
            name = folder.joined(separator: "/")
            resource = .multivariantPlaylist(base: "")
        } else if last == "manifest.mpd", !folder.isEmpty {
            name = folder.joined(separator: "/")
            resource = .dashManifest
        } else if folder.count > 1, let form = folder.last.flatMap(HLSForm.init(rawValue:)) {
            name = folder.dropLast().joined(separator: "/")
            resource = .hlsFile(form, last)
        } else if last.hasSuffix(".m3u8"), last.utf8.count > 5 {
            let stem = String(last.dropLast(5))
            name = (folder + [stem]).joined(separator: "/")
            if application == "hls" {
                application = Self.habitualApplication
                let up = String(repeating: "../", count: folder.count + 1)
                resource = .multivariantPlaylist(base: "\(up)\(application)/\(name)/")
            } else {
                resource = .multivariantPlaylist(base: "\(stem)/")
            }
        } else if let (stem, form) = Self.liveForm(of: last) {
            name = (folder + [stem]).joined(separator: "/")
            resource = .live(form)
        } else if last.hasSuffix(".jpg"), last.utf8.count > 4 {
            name = (folder + [String(last.dropLast(4))]).joined(separator: "/")
            resource = .picture
        } else {
            name = (folder + [last]).joined(separator: "/")
            resource = .page
        }
    }

    /// Where the page is that was asked for with a slash behind its address, as other servers write theirs; `nil` for
    /// every other target.
    ///
    /// What it names can be a stream, so it begins with one slash alone and leads nowhere but to this server.
    static func pageTarget(ofSlashed target: String) -> String? {
        let slashed = path(of: target)
        guard target.utf8.first == UInt8(ascii: "/"), slashed.utf8.last == UInt8(ascii: "/") else { return nil }
        let page = String(Substring(slashed.utf8.dropLast()))
        guard let location = PlaybackLocation(target: page), location.resource == .page,
            (try? StreamPath(application: location.application, name: location.name)) != nil
        else { return nil }
        return page + target[slashed.endIndex...]
    }

    private static func liveForm(of file: String) -> (stem: String, form: LiveForm)? {
        for (form, ending) in liveEndings where file.utf8.count > ending.utf8.count && file.hasSuffix(ending) {
            return (String(file.dropLast(ending.utf8.count)), form)
        }
        return nil
    }

    private static let liveEndings = LiveForm.allCases.map { (form: $0, ending: "." + $0.rawValue) }

    /// Whether a target may name a live stream: a look at its ending, for requests of which most do not.
    static func mayNameLiveStream(_ target: String) -> Bool {
        let path = path(of: target)
        return liveEndings.contains { path.hasSuffix($0.ending) } || path.utf8.contains(UInt8(ascii: "%"))
    }

    private static func path(of target: String) -> Substring {
        Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") })
    }

    /// Which tracks the query asks for: `video=` and `audio=` with a number or `none`, otherwise the first that fit.
    var trackChoice: TrackChoice {
        func pick(_ name: String) -> TrackChoice.Pick {
            guard let value = query[name] else { return .first }
            return value == "none" ? .none : UInt8(value).map { .number($0) } ?? .first
        }
        return TrackChoice(video: pick("video"), audio: pick("audio"))
    }

    /// The form of HLS that the query asks for.
    var hlsForm: HLSForm { query["ts"] == "1" ? .transportStream : .fragmentedMP4 }

    /// What the player of an FLV stream can take, as the query tells it, since nothing else does.
    ///
    /// Without a word, the default tracks: H.264, AAC and all that is old in the tags that everybody knows, the rest in
    /// those of Enhanced RTMP, which FFmpeg 6.1 and the players in browsers read. `tracks=all` adds the other tracks;
    /// `flv=legacy` leaves out what old players do not know, and `flv=informal` gives it the codec ids of the time
    /// before the standard.
    var receiver: ReceiverCapabilities {
        switch query["flv"] {
        case "legacy": .legacy
        case "informal": .informal
        // FFmpeg takes the metadata of one track among several for a frame.
        default: query["tracks"] == "all" ? .enhanced(multitrack: true) : .enhanced(videoMetadata: true)
        }
    }

    private static func parse(query: Substring) -> [String: String] {
        var values: [String: String] = [:]
        for pair in query.utf8.split(separator: UInt8(ascii: "&"), maxSplits: 64).prefix(64) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            var value = String(Substring(pair[name.endIndex...].dropFirst()))
            if value.utf8.contains(UInt8(ascii: "+")) { value = String(value.map { $0 == "+" ? " " : $0 }) }
            values[String(Substring(name))] = value.percentDecoded ?? value
        }
        return values
    }
}
