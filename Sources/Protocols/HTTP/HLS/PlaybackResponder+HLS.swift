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

    /// Sends somebody away for a moment, because there are so many.
    func tooMany(_ request: PlaybackRequest, _ path: StreamPath, _ words: String) -> Response {
        note(refusalOf: request, ofStream: path, because: words)
        return .text(.serviceUnavailable, words, [.retryAfter: "2"])
    }

    func hlsFile(
        _ request: PlaybackRequest, _ path: StreamPath, _ name: String, _ broadcast: HLSBroadcast?
    ) async -> Response {
        guard let broadcast else { return .offline(path) }
        let resource = broadcast.resource(name)
        // A playlist that is long, or compressed for one player alone.
        let takesLong =
            resource?.isImmutable == false
            && (request.location.isPersonal || (resource?.length ?? 0) > Self.mostBytesAtOnce)
        return takesLong
            ? await hlsFileBesideEventLoops(request, path, name, resource, broadcast)
            : await hlsFile(request, path, name, resource, broadcast)
    }

    private func hlsFileBesideEventLoops(
        _ request: PlaybackRequest, _ path: StreamPath, _ name: String, _ resource: PackagedResource?,
        _ broadcast: HLSBroadcast
    ) async -> Response {
        await besideEventLoops { await hlsFile(request, path, name, resource, broadcast) }
    }

    private func hlsFile(
        _ request: PlaybackRequest, _ path: StreamPath, _ name: String, _ resource: PackagedResource?,
        _ broadcast: HLSBroadcast
    ) async -> Response {
        if let resource {
            if resource.isImmutable { return file(request, resource) }
            guard resource.edge != nil, let directives = PlaylistDirectives(query: request.location.query) else {
                return resource.edge == nil ? playlist(request, resource, broadcast) : .meaningless
            }
            return await heldPlaylist(request, path, resource, broadcast, directives)
        }
        if let answer = await growingSegment(request, path, name, broadcast) { return answer }
        guard broadcast.isAnnounced(part: name) else {
            // It may have come since it was looked for. A playlist that has is asked for again, and is no file to be kept.
            guard let come = broadcast.resource(name), come.isImmutable else { return .offline(path) }
            return file(request, come)
        }
        return await heldPart(request, path, name, broadcast)
    }

    /// A playlist, once it has come as far as the request wants it.
    private func heldPlaylist(
        _ request: PlaybackRequest, _ path: StreamPath, _ resource: PackagedResource, _ broadcast: HLSBroadcast,
        _ directives: PlaylistDirectives
    ) async -> Response {
        guard let place = directives.place, let edge = resource.edge, !edge.hasReached(place) else {
            return playlist(request, resource, broadcast, directives)
        }
        guard !edge.isBeyondReach(place) else { return .tooFarAhead }
        let awaited = HLSBroadcast.Awaited.playlist(name: resource.name, place)
        let limit = TimeAmount.seconds(Int64(edge.longestWait))
        let waiting = await broadcast.wait(for: awaited, on: request.eventLoop, limit: limit)
        if let refusal = refusal(of: request, path, after: waiting) { return refusal }
        return playlist(request, resource, broadcast, directives)
    }

    /// A part that was announced, once it is there.
    private func heldPart(
        _ request: PlaybackRequest, _ path: StreamPath, _ name: String, _ broadcast: HLSBroadcast
    ) async -> Response {
        let longest = broadcast.anyEdge?.longestWait ?? Self.longestWaitForPart
        let waiting = await broadcast.wait(
            for: .part(name: name), on: request.eventLoop, limit: .seconds(Int64(longest)))
        if let refusal = refusal(of: request, path, after: waiting) { return refusal }
        return broadcast.resource(name).map { file(request, $0) } ?? .offline(path)
    }

    /// Why nothing can be had after waiting, which is counted; `nil` where it can.
    private func refusal(
        of request: PlaybackRequest, _ path: StreamPath, after waiting: HLSBroadcast.Waiting
    ) -> Response? {
        metrics.count(waiting)
        switch waiting {
        case .over: return nil
        case .timedOut: return .nothingNew
        case .refused: return tooMany(request, path, "too many wait for this stream")
        }
    }

    func playlist(
        _ request: PlaybackRequest, _ resource: PackagedResource, _ broadcast: HLSBroadcast,
        _ directives: PlaylistDirectives? = nil
    ) -> Response {
        // A cache may leave the viewer out of its keys: what it gets is the same for all.
        let isOwn = resource.edge != nil && !ViewerIdentity.isForwarded(request.headers)
        let viewer = isOwn ? request.viewerID : nil
        let playlist =
            broadcast.playlist(resource.name, isDelta: directives?.skips == true) ?? SharedPlaylist(resource.pieces)
        let (bytes, isCompressed) = playlist.body(
            with: .init(query: credentials(carriedFor: request), viewer: viewer), acceptsGzip: request.acceptsGzip)
        var seconds = 1
        if let edge = resource.edge {
            // A request for a place has the same answer for whoever asks, for as long as players may ask for it.
            seconds = directives?.place != nil ? 6 * edge.targetDuration : max(1, edge.targetDuration / 2)
        }
        let response = Response.playlist(
            bytes, isCompressed: isCompressed, mediaType: resource.mediaType, seconds: seconds)
        return viewer == nil ? response : response.keptBySharedCachesNever
    }

    private func file(_ request: PlaybackRequest, _ resource: PackagedResource) -> Response {
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
}
