import EndpointCore
import HTTPTypes
import Hummingbird

/// What a request is part of, and whom it comes from, for those who decide on it.
extension PlaybackLocation {
    /// The wish that a request for this amounts to.
    func wish(of request: Request, from context: PlaybackContext) -> StreamWish {
        var wish = wish(from: context.peerAddress)
        wish.occasion = occasion(request)
        guard wish.occasion != .page else { return wish }
        let viewer = ViewerIdentity(request.headers, query: query, address: context.peerAddress)
        wish.client = ClientFacts(
            request.headers, session: viewer.text, transport: transport, address: context.peerAddress)
        return wish
    }

    private func occasion(_ request: Request) -> WishOccasion {
        switch resource {
        case .page: .page
        case .picture: .file
        case .live: .answer
        case .multivariantPlaylist, .dashManifest: .playlist(isNamed: isNamed(request))
        case .hlsFile(_, let name): name.hasSuffix(".m3u8") ? .playlist(isNamed: isNamed(request)) : .file
        }
    }

    private func isNamed(_ request: Request) -> Bool {
        query[ViewerIdentity.queryName]?.isViewerID == true
            || ViewerIdentity.headerName.flatMap { request.headers[$0] } != nil
    }

    private var transport: String {
        switch resource {
        case .page, .picture: "http"
        case .live(let form): "http-\(form.rawValue)"
        case .multivariantPlaylist: "hls"
        case .dashManifest: "dash"
        // Players of DASH fetch the same segments by the same names, and without their viewer's id.
        case .hlsFile: "hls"
        }
    }
}

extension ClientFacts {
    /// Characters that are kept of what a client says of itself.
    private static let longestText = 512

    /// Gathers what the head of a request tells.
    init(_ fields: HTTPFields, session: String, transport: String, address: String, port: Int? = nil) {
        self.init(
            session: session, transport: transport, address: address, port: port,
            agent: String((fields[.userAgent] ?? "").prefix(Self.longestText)))
        pageURL = String((fields[.referer] ?? "").prefix(Self.longestText))
    }
}
