import HTTPTypes
import Hummingbird
import MediaModel
import NIOCore

/// How those who ask for playlists are counted.
extension PlaybackResponder {
    /// Where no playlist tells the target duration, in seconds: the least that a stream begins with.
    private static let unknownTargetDuration = 2

    /// Answers a request that was granted, and counts whom it comes from.
    func answerAndCount(_ request: PlaybackRequest, _ path: StreamPath) async -> Response {
        guard let (form, playlistForm) = request.location.playlist else {
            return request.isBeacon ? .beacon(seconds: Self.unknownTargetDuration) : await answer(request, path)
        }
        let broadcast = origin.presentBroadcast(of: path, form)
        let seconds = broadcast?.targetDuration ?? Self.unknownTargetDuration
        func isWelcome() -> Bool {
            audience.note(
                request.viewer, from: request.peerAddress, of: path, playlistForm, isBeacon: request.isBeacon,
                targetDuration: seconds)
        }
        if request.isBeacon {
            guard broadcast != nil else { return .beacon(seconds: seconds) }
            return isWelcome() ? .beacon(seconds: PlaylistAudience.beaconLife * seconds) : sessionEnded(request, path)
        }
        let response = await answer(request, path, broadcast)
        guard response.status == .ok, broadcast != nil, request.location.isPolled else { return response }
        return isWelcome() ? response : sessionEnded(request, path)
    }

    /// An operator has ended the viewer's session.
    private func sessionEnded(_ request: PlaybackRequest, _ path: StreamPath) -> Response {
        let words = "this viewing was ended"
        note(refusalOf: request, ofStream: path, because: words)
        return .text(.forbidden, words)
    }
}

extension PlaybackLocation {
    /// Which form of playing by playlists the request belongs to, and where its state is found; `nil` for others.
    fileprivate var playlist: (HLSForm, PlaylistForm)? {
        switch resource {
        case .hlsFile(let form, _): (form, .hls)
        case .multivariantPlaylist: (hlsForm, .hls)
        case .dashManifest: (.fragmentedMP4, .dash)
        default: nil
        }
    }

    /// Whether players ask for it again and again: a Media Playlist or a manifest.
    fileprivate var isPolled: Bool {
        switch resource {
        case .hlsFile(_, let name): name.hasSuffix(".m3u8")
        case .dashManifest: true
        default: false
        }
    }
}

extension String {
    /// The most characters of an id that a playlist carries on.
    private static let mostViewerID = 64

    /// Whether it can stand in an address, and in the text of a playlist, as it is (RFC 3986 §2.3).
    var isViewerID: Bool {
        !isEmpty && utf8.count <= Self.mostViewerID
            && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._~".contains($0)) }
    }
}

extension Response {
    /// A viewer may watch, and is counted; a cache need not ask again for a while.
    fileprivate static func beacon(seconds: Int) -> Response {
        Response(
            status: .noContent,
            headers: [.cacheControl: "public, max-age=\(seconds)", .vary: "X-Viewer-Id, X-Viewer-Beacon"])
    }
}
