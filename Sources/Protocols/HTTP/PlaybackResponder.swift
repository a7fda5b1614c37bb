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
    let refusals: RefusalLog
    let growingAnswers = GrowingAnswers()

    func respond(to request: Request, context: PlaybackContext) async throws -> Response {
        let isHead = request.method == .head
        if let route = routes.route(for: request) {
            let response = await route.response(to: request, from: context.peer(told: clients))
            return counted(response, isHead: isHead, as: route.answerProtocol)
        }
        let isRead = request.method == .get || isHead
        if isRead, let document = documents[request.uri.path] {
            return counted(await made(document), isHead: isHead, as: .http)
        }
        guard isRead, request.uri.path != Self.timePath, let location = PlaybackLocation(target: request.uri.string)
        else { return counted(answerBesideStreams(request).openToPages, isHead: isHead, as: .http) }
        let asked = PlaybackRequest(
            request, location, from: context.peer(told: clients).address, on: context.eventLoop)
        let response = await answer(asked).openToPages
        return counted(response, isHead: isHead, as: asked.location.answerProtocol)
    }

    /// A document; some are long, such as metrics.
    private func made(_ document: @Sendable () -> HTTPDocument) async -> Response {
        .document(await besideEventLoops { document() })
    }

    private func answerBesideStreams(_ request: Request) -> Response {
        if asksForWebRTC(request) {
            return .text(.notImplemented, "there is no WebRTC here yet: publish by RTMP, play by HLS, DASH or HTTP-FLV")
        }
        if request.method == .options { return .preflight }
        guard request.method == .get || request.method == .head else {
            let words = "only GET and HEAD are understood here"
            return .text(.methodNotAllowed, words, [.allow: "GET, HEAD, OPTIONS"])
        }
        if request.uri.path == Self.timePath { return .timeOfDay() }
        if let page = PlaybackLocation.pageTarget(ofSlashed: request.uri.string) {
            return .text(.permanentRedirect, "a stream's page has no slash behind its name", [.location: page])
        }
        return .text(.notFound, "nothing here; a stream's page is /app/name, such as /live/show")
    }

    /// Whether a program for WHIP (RFC 9725) or WHEP takes us for its server.
    ///
    /// To whoever reads, their words are names as any others.
    private func asksForWebRTC(_ request: Request) -> Bool {
        let methods: [HTTPRequest.Method] = [.post, .patch, .delete, .options]
        guard methods.contains(request.method) else { return false }
        let last = request.uri.path.split(separator: "/").last
        return last == "whip" || last == "whep"
    }

    private func counted(
        _ response: Response, isHead: Bool, as kind: HTTPMetrics.AnswerProtocol?
    ) -> Response {
        metrics.count(
            request: response.status.code, bytes: isHead ? 0 : response.body.contentLength ?? 0, of: kind)
        return isHead ? response.createHeadResponse() : response
    }

    /// The answer for something of a stream, if whoever asks may have it.
    private func answer(_ request: PlaybackRequest) async -> Response {
        switch await authorizer.authorizePlay(request.wish) {
        case .deny(let refusal):
            note(refusal, of: request)
            return .refusal(refusal)
        case .allow(let path):
            let response = await answerAndCount(request, path)
            return request.location.isPersonal ? response.keptBySharedCachesNever : response
        }
    }

    private func note(_ refusal: StreamRefusal, of request: PlaybackRequest) {
        switch refusal {
        // What can be no stream is not found, as any other address that leads nowhere.
        case .illegalName: break
        // The name is a secret.
        case .keyAsName: note(refusalOf: request, ofStream: nil, because: refusal.description)
        default: note(refusalOf: request, ofStream: request.path, because: refusal.description)
        }
    }

    /// Tells that somebody is not let in, or has to come again because too many are there.
    func note(refusalOf request: PlaybackRequest, ofStream path: StreamPath?, because reason: String) {
        refusals.note(
            .init(
                stream: path?.description, peerAddress: request.peerAddress, protocolName: request.transport,
                reason: reason))
    }

    /// The answer to a request that was granted.
    ///
    /// - Parameter broadcast: what there is of the form of HLS that is asked for.
    func answer(
        _ request: PlaybackRequest, _ path: StreamPath, _ broadcast: HLSBroadcast? = nil
    ) async -> Response {
        let location = request.location
        switch location.resource {
        case .page:
            return await page(of: path, isEmbedded: location.query["embed"] == "1", gzip: request.acceptsGzip)
        case .live:
            // The gate takes requests for a live stream, unless it began between its look and ours.
            return .offline(path)
        case .picture:
            return await picture(request, of: path, width: location.query["width"].flatMap { Int($0) })
        case .multivariantPlaylist(let base):
            return await multivariantPlaylist(request, path, base)
        case .dashManifest:
            return await manifest(request, path)
        case .hlsFile(_, let name):
            return await hlsFile(request, path, name, broadcast)
        }
    }

    /// The watch page, which is put together and compressed: that takes milliseconds.
    private func page(of path: StreamPath, isEmbedded: Bool, gzip: Bool) async -> Response {
        await besideEventLoops { WatchPage.response(for: path, isEmbedded: isEmbedded, gzip: gzip) }
    }

    /// The query that addresses must carry on; empty where nobody would look at it.
    func credentials(carriedFor request: PlaybackRequest) -> String {
        let location = request.location
        guard location.isPersonal, authorizer.looksAtCredentials(toPlayIn: location.application) else { return "" }
        return location.credentials
    }

    private func multivariantPlaylist(
        _ request: PlaybackRequest, _ path: StreamPath, _ base: String
    ) async -> Response {
        let location = request.location
        let form = location.hlsForm
        guard let broadcast = origin.broadcast(of: path, form) else { return .offline(path) }
        if broadcast.multivariantPlaylist == nil {
            _ = await broadcast.wait(for: .anything, on: request.eventLoop, limit: Self.firstSegmentWait)
        }
        guard let playlist = broadcast.multivariantPlaylist else { return .offline(path) }
        let viewer = request.viewerID
        let query = [viewer.map { "\(ViewerIdentity.queryName)=\($0)" }, credentials(carriedFor: request)]
            .compactMap { $0?.isEmpty == false ? $0 : nil }.joined(separator: "&")
        let shared = broadcast.playlist(playlist.name) ?? SharedPlaylist(playlist.pieces)
        let (bytes, isCompressed) = shared.body(
            with: .init(base: base + form.rawValue + "/", query: query), acceptsGzip: request.acceptsGzip)
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

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    var eventLoop: any EventLoop { channel.eventLoop }

    /// Whoever asks, as a proxy told it where there is one.
    func peer(told clients: ProxiedAddresses) -> RequestPeer {
        RequestPeer(
            address: clients.address(of: channel)?.peerAddress ?? "unknown", isProxied: clients.isProxied(channel))
    }
}

/// Who is at the far end of a request's connection.
struct RequestPeer: Sendable {
    /// The numeric address, without port.
    let address: String
    /// Whether a proxy passed the connection on with a PROXY header.
    let isProxied: Bool
}

extension HTTPFields {
    /// Bytes of the codings that a client takes that are looked at: 512, more than any browser sends.
    private static let mostBytesOfCodings = 512

    /// Whether the client takes gzip (RFC 9110 §12.5.3).
    var acceptGzip: Bool {
        guard let codings = self[.acceptEncoding] else { return false }
        return Substring(codings.utf8.prefix(Self.mostBytesOfCodings)).split(separator: ",").contains { coding in
            let parts = coding.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            return parts.first?.lowercased() == "gzip" && !parts.dropFirst().contains { Double($0.dropFirst(2)) == 0 }
        }
    }
}
