import EndpointCore
import HTTPTypes
import Hummingbird
import MediaModel
import NIOCore
import SegmentPackaging

/// How the files of HLS are answered, with the requests that wait for what is not there yet (RFC 8216bis §6.2.5).
extension PlaybackResponder {
    /// How long a request for a part waits where no playlist is left to tell, in seconds: 12.
    private static let longestWaitForPart = 12
    /// Bytes of a playlist up to which it is compressed where the request came in: 32 KiB, a fraction of a millisecond.
    private static let mostBytesAtOnce = 32 << 10

    func hlsFile(
        _ request: Request, _ context: PlaybackContext, _ location: PlaybackLocation, _ path: StreamPath,
        _ form: HLSForm,
        _ name: String
    ) async -> Response {
        guard let broadcast = origin.presentBroadcast(of: path, form) else { return .offline(path) }
        // A playlist that is long, or compressed for one player alone.
        let takesLong =
            name.hasSuffix(".m3u8")
            && (location.isPersonal || (broadcast.resource(name)?.length ?? 0) > Self.mostBytesAtOnce)
        return takesLong
            ? await hlsFileBesideEventLoops(request, context, location, path, name, broadcast)
            : await hlsFile(request, context, location, path, name, broadcast)
    }

    private func hlsFileBesideEventLoops(
        _ request: Request, _ context: PlaybackContext, _ location: PlaybackLocation, _ path: StreamPath,
        _ name: String, _ broadcast: HLSBroadcast
    ) async -> Response {
        await besideEventLoops { await hlsFile(request, context, location, path, name, broadcast) }
    }

    private func hlsFile(
        _ request: Request, _ context: PlaybackContext, _ location: PlaybackLocation, _ path: StreamPath,
        _ name: String, _ broadcast: HLSBroadcast
    ) async -> Response {
        if let resource = broadcast.resource(name) {
            if resource.isImmutable { return file(request, resource) }
            guard resource.edge != nil, let directives = PlaylistDirectives(query: location.query) else {
                return resource.edge == nil
                    ? playlist(request, location, resource, broadcast) : .meaningless
            }
            return await playlist(request, context, location, resource, broadcast, directives)
        }
        if let answer = await growingSegment(request, context, path, name, broadcast) { return answer }
        guard broadcast.isAnnounced(part: name) else { return .offline(path) }
        return await part(request, context, path, name, broadcast)
    }

    /// A playlist, once it has come as far as the request wants it.
    private func playlist(
        _ request: Request, _ context: PlaybackContext, _ location: PlaybackLocation, _ resource: PackagedResource,
        _ broadcast: HLSBroadcast, _ directives: PlaylistDirectives
    ) async -> Response {
        guard let place = directives.place, let edge = resource.edge, !edge.hasReached(place) else {
            return playlist(request, location, resource, broadcast, directives)
        }
        guard !edge.isBeyondReach(place) else { return .tooFarAhead }
        let awaited = HLSBroadcast.Awaited.playlist(name: resource.name, place)
        let limit = TimeAmount.seconds(Int64(edge.longestWait))
        let waiting = await broadcast.wait(for: awaited, on: context.eventLoop, limit: limit)
        if let refusal = refusal(after: waiting) { return refusal }
        return playlist(request, location, resource, broadcast, directives)
    }

    /// A part that was announced, once it is there.
    private func part(
        _ request: Request, _ context: PlaybackContext, _ path: StreamPath, _ name: String, _ broadcast: HLSBroadcast
    ) async -> Response {
        let longest = broadcast.anyEdge?.longestWait ?? Self.longestWaitForPart
        let waiting = await broadcast.wait(
            for: .part(name: name), on: context.eventLoop, limit: .seconds(Int64(longest)))
        if let refusal = refusal(after: waiting) { return refusal }
        return broadcast.resource(name).map { file(request, $0) } ?? .offline(path)
    }

    /// Why nothing can be had after waiting, which is counted; `nil` where it can.
    private func refusal(after waiting: HLSBroadcast.Waiting) -> Response? {
        metrics.count(waiting)
        switch waiting {
        case .over: return nil
        case .timedOut: return .nothingNew
        case .refused: return .tooManyWait
        }
    }

    func playlist(
        _ request: Request, _ location: PlaybackLocation, _ resource: PackagedResource, _ broadcast: HLSBroadcast,
        _ directives: PlaylistDirectives? = nil
    ) -> Response {
        // A cache may leave the viewer out of its keys: what it gets is the same for all.
        let isOwn = resource.edge != nil && !ViewerIdentity.isForwarded(request.headers)
        let viewer = location.query[ViewerIdentity.queryName].flatMap { isOwn && $0.isViewerID ? $0 : nil }
        let playlist =
            broadcast.playlist(resource.name, isDelta: directives?.skips == true) ?? SharedPlaylist(resource.pieces)
        let (bytes, isCompressed) = playlist.body(
            with: .init(query: location.credentials, viewer: viewer), acceptsGzip: request.acceptsGzip)
        var seconds = 1
        if let edge = resource.edge {
            // A request for a place has the same answer for whoever asks, for as long as players may ask for it.
            seconds = directives?.place != nil ? 6 * edge.targetDuration : max(1, edge.targetDuration / 2)
        }
        let response = Response.playlist(
            bytes, isCompressed: isCompressed, mediaType: resource.mediaType, seconds: seconds)
        return viewer == nil ? response : response.keptBySharedCachesNever
    }

    private func file(_ request: Request, _ resource: PackagedResource) -> Response {
        .immutable(resource.sendable, mediaType: resource.mediaType, range: request.headers[.range])
    }
}

extension PackagedResource {
    /// Most bytes that are copied into one piece before they are sent: 64 KiB, less work than to send the pieces one by one.
    private static let mostJoined = 64 << 10

    /// The pieces to send.
    fileprivate var sendable: [ByteBuffer] {
        pieces.count > 1 && length <= Self.mostJoined ? [pieces.joined] : pieces
    }
}

extension Response {
    fileprivate static let meaningless = text(
        .badRequest, "_HLS_msn and _HLS_part are numbers, the second with the first")
    fileprivate static let tooFarAhead = text(.badRequest, "the playlist is not nearly as far")
    fileprivate static let nothingNew = text(
        .serviceUnavailable, "the stream has brought nothing new", [.retryAfter: "2"])
    fileprivate static let tooManyWait = text(.serviceUnavailable, "too many wait for this stream", [.retryAfter: "2"])
}
