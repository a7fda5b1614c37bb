import HTTPTypes
import Hummingbird
import MediaModel
import NIOCore

/// How those who ask for playlists are counted.
extension PlaybackResponder {
    /// Where no playlist tells the target duration, in seconds: the least that a stream begins with.
    private static let unknownTargetDuration = 2

    /// Answers a request that was granted, and counts whom it comes from.
    func answerAndCount(
        _ request: Request, _ context: PlaybackContext, _ location: PlaybackLocation, _ path: StreamPath
    ) async -> Response {
        let isBeacon = ViewerIdentity.beaconName.map { request.headers[$0] != nil } == true
        guard let (form, playlistForm) = location.playlist else {
            return isBeacon
                ? .beacon(seconds: Self.unknownTargetDuration) : await answer(request, context, location, path)
        }
        if isBeacon {
            let seconds = origin.presentBroadcast(of: path, form).map { broadcast in
                count(request, context, location, path, playlistForm, broadcast)
            }
            return .beacon(seconds: seconds ?? Self.unknownTargetDuration)
        }
        let response = await answer(request, context, location, path)
        if response.status == .ok, let broadcast = origin.presentBroadcast(of: path, form), location.isPolled {
            count(request, context, location, path, playlistForm, broadcast)
        }
        return response
    }

    /// Counts a viewer, and returns the target duration of what it plays.
    @discardableResult
    private func count(
        _ request: Request, _ context: PlaybackContext, _ location: PlaybackLocation, _ path: StreamPath,
        _ playlistForm: PlaylistForm, _ broadcast: HLSBroadcast
    ) -> Int {
        let targetDuration = broadcast.targetDuration ?? Self.unknownTargetDuration
        let viewer = ViewerIdentity(request.headers, query: location.query, address: context.peerAddress)
        audience.note(
            viewer, from: context.peerAddress, of: path, playlistForm, targetDuration: targetDuration)
        return targetDuration
    }

    /// The id for a viewer that has none; `nil` for one that has, and where a cache would hand one's id to all.
    func newViewer(_ request: Request, _ context: PlaybackContext, _ location: PlaybackLocation) -> String? {
        guard location.query[ViewerIdentity.queryName] == nil else { return location.query[ViewerIdentity.queryName] }
        let viewer = ViewerIdentity(request.headers, query: location.query, address: context.peerAddress)
        guard viewer.wantsID else { return nil }
        return String(UInt64.random(in: .min ... .max), radix: 36)
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

extension Response {
    /// A viewer may watch, and is counted; a cache need not ask again for as long as a target duration.
    fileprivate static func beacon(seconds: Int) -> Response {
        Response(
            status: .noContent,
            headers: [.cacheControl: "public, max-age=\(seconds)", .vary: "X-Viewer-Id, X-Viewer-Beacon"])
    }
}
