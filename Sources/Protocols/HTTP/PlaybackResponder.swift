import EndpointCore
import HTTPTypes
import Hummingbird
import Logging
import MediaModel
import NIOCore
import SegmentPackaging
import StreamHub

/// Answers every request that has an end: pages, playlists, segments, and the documents of services.
struct PlaybackResponder: HTTPResponder {
    typealias Context = PlaybackContext

    /// How long a playlist request may wait for the first segment of a stream that has just begun.
    ///
    /// Longer than the longest keyframe interval in common use, shorter than what proxies bear.
    static let firstSegmentWait = TimeAmount.seconds(12)

    let origin: HLSOrigin
    let registry: StreamRegistry
    let authorizer: any StreamAuthorizer
    let documents: [String: @Sendable () -> HTTPDocument]
    let routes: HTTPRoutes
    let pictures: (any PictureSource)?
    let metrics: HTTPMetrics
    let clients: ProxiedAddresses
    let audience: PlaylistAudience
    let growingAnswers = GrowingAnswers()

    func respond(to request: Request, context: PlaybackContext) async throws -> Response {
        let context = context.told(by: clients)
        let (answer, kind) = await answer(request, context)
        var response = answer
        let path = request.uri.path
        if response.headers[.accessControlAllowOrigin] == nil, documents[path] == nil, routes.route(for: request) == nil
        {
            response.headers[.accessControlAllowOrigin] = "*"
            response.headers[.accessControlExposeHeaders] = "Age, Date, Content-Length, Content-Range"
        }
        let isHead = request.method == .head
        metrics.count(
            request: response.status.code, bytes: isHead ? 0 : response.body.contentLength ?? 0, of: kind)
        return isHead ? response.createHeadResponse() : response
    }

    /// The answer, and what its bytes are counted as.
    private func answer(
        _ request: Request, _ context: PlaybackContext
    ) async -> (Response, HTTPMetrics.AnswerProtocol?) {
        if let route = routes.route(for: request) {
            return (await route.response(to: request, context), route.answerProtocol)
        }
        if request.method == .options { return (.preflight, .http) }
        guard request.method == .get || request.method == .head else {
            let words = "only GET and HEAD are understood here"
            return (.text(.methodNotAllowed, words, [.allow: "GET, HEAD, OPTIONS"]), .http)
        }
        if let document = documents[request.uri.path] {
            // Some are long, such as metrics.
            let made = await withTaskExecutorPreference(globalConcurrentExecutor) { () async in document() }
            return (.document(made), .http)
        }
        if request.uri.path == Self.timePath { return (.timeOfDay(), .http) }
        guard let location = PlaybackLocation(target: request.uri.string) else {
            return (.text(.notFound, "nothing here; a stream's page is /app/name, such as /live/show"), .http)
        }
        return (await answer(request, context, location), location.answerProtocol)
    }

    /// The answer for something of a stream, if whoever asks may have it.
    private func answer(
        _ request: Request, _ context: PlaybackContext, _ location: PlaybackLocation
    ) async -> Response {
        var location = location
        location.takeBearer(request.headers)
        if case .multivariantPlaylist = location.resource, location.query[ViewerIdentity.queryName] == nil {
            // The viewer is asked about under the name that it will have.
            location.query[ViewerIdentity.queryName] = newViewer(request, context, location)
        }
        switch await authorizer.authorizePlay(location.wish(of: request, from: context)) {
        case .deny(let refusal): return .refusal(refusal)
        case .allow(let path):
            let response = await answerAndCount(request, context, location, path)
            return location.isPersonal ? response.keptBySharedCachesNever : response
        }
    }

    func answer(
        _ request: Request, _ context: PlaybackContext, _ location: PlaybackLocation, _ path: StreamPath
    ) async -> Response {
        switch location.resource {
        case .page:
            // It is put together and compressed, which takes milliseconds.
            return await withTaskExecutorPreference(globalConcurrentExecutor) { () async in
                WatchPage.response(
                    for: path, isEmbedded: location.query["embed"] == "1", gzip: request.acceptsGzip)
            }
        case .live:
            // The gate takes requests for a live stream, unless it began between its look and ours.
            return .offline(path)
        case .picture:
            return await picture(request, of: path, width: location.query["width"].flatMap { Int($0) })
        case .multivariantPlaylist(let base):
            return await multivariantPlaylist(request, context, path, location, base)
        case .dashManifest:
            return await manifest(request, context, location, path)
        case .hlsFile(let form, let name):
            return await hlsFile(request, context, location, path, form, name)
        }
    }

    private func multivariantPlaylist(
        _ request: Request, _ context: PlaybackContext, _ path: StreamPath, _ location: PlaybackLocation,
        _ base: String
    ) async -> Response {
        let form = location.hlsForm
        guard let broadcast = origin.broadcast(of: path, form) else { return .offline(path) }
        if broadcast.multivariantPlaylist == nil {
            _ = await broadcast.wait(for: .anything, on: context.eventLoop, limit: Self.firstSegmentWait)
        }
        guard let playlist = broadcast.multivariantPlaylist else { return .offline(path) }
        let viewer = newViewer(request, context, location)
        let query =
            (viewer.map { ["viewer=\($0)"] } ?? []) + (location.credentials.isEmpty ? [] : [location.credentials])
        let shared = broadcast.playlist(playlist.name) ?? SharedPlaylist(playlist.pieces)
        let (bytes, isCompressed) = await shared.body(
            with: .init(base: base + form.rawValue + "/", query: query.joined(separator: "&")),
            acceptsGzip: request.acceptsGzip)
        var response = Response.playlist(bytes, isCompressed: isCompressed, mediaType: playlist.mediaType)
        // What names one viewer is for no other.
        if viewer != nil { response.headers[.cacheControl] = "private, no-store" }
        return response
    }
}

/// What a request's connection tells.
struct PlaybackContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel
    /// The numeric address of whoever asks; that of a proxy until ``told(by:)``.
    private(set) var peerAddress: String
    let eventLoop: any EventLoop

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        peerAddress = source.channel.remoteAddress?.peerAddress ?? "unknown"
        eventLoop = source.channel.eventLoop
    }

    /// The same with the client's address where a proxy told it.
    func told(by clients: ProxiedAddresses) -> PlaybackContext {
        var context = self
        context.peerAddress = clients.address(of: channel)?.peerAddress ?? "unknown"
        return context
    }
}

extension Request {
    /// Whether the client takes gzip (RFC 9110 §12.5.3).
    var acceptsGzip: Bool {
        (headers[.acceptEncoding] ?? "").split(separator: ",").contains { coding in
            let parts = coding.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            return parts.first?.lowercased() == "gzip" && !parts.dropFirst().contains { Double($0.dropFirst(2)) == 0 }
        }
    }
}
