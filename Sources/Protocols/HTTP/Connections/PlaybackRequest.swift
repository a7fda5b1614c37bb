import EndpointCore
import HTTPTypes
import Hummingbird
import MediaModel
import NIOCore

/// A request for something of a stream, with what its head and its connection tell.
///
/// An object, made once: requests wait by the thousand, and every step on their way would keep a copy.
final class PlaybackRequest: Sendable {
    let location: PlaybackLocation
    let headers: HTTPFields
    /// Whether only the head of the answer is wanted.
    let isHead: Bool
    /// The numeric address of whoever asks.
    let peerAddress: String
    let eventLoop: any EventLoop
    /// Whom it comes from; one that asks for a multivariant playlist has its new id by now.
    let viewer: ViewerIdentity

    init(_ request: Request, _ location: PlaybackLocation, from peerAddress: String, on eventLoop: any EventLoop) {
        var location = location
        location.takeBearer(request.headers)
        var viewer = ViewerIdentity(request.headers, query: location.query, address: peerAddress)
        if case .multivariantPlaylist = location.resource, viewer.wantsID {
            // The viewer is asked about under the name that it will have.
            location.query[ViewerIdentity.queryName] = ViewerIdentity.newID()
            viewer = ViewerIdentity(request.headers, query: location.query, address: peerAddress)
        }
        self.location = location
        self.viewer = viewer
        self.peerAddress = peerAddress
        self.eventLoop = eventLoop
        headers = request.headers
        isHead = request.method == .head
    }

    /// The id that playlists carry on for the viewer; `nil` for one that has none.
    var viewerID: String? {
        location.query[ViewerIdentity.queryName].flatMap { $0.isViewerID ? $0 : nil }
    }

    /// Whether a cache only tells that a viewer is still there.
    var isBeacon: Bool { ViewerIdentity.beaconName.map { headers[$0] != nil } == true }

    var acceptsGzip: Bool { headers.acceptGzip }
}

// MARK: For those who decide on it

extension PlaybackRequest {
    /// The wish that it amounts to.
    var wish: StreamWish {
        var wish = location.wish(from: peerAddress)
        wish.occasion = occasion
        guard wish.occasion != .page else { return wish }
        wish.client = ClientFacts(headers, session: viewer.text, transport: transport, address: peerAddress)
        return wish
    }

    private var occasion: WishOccasion {
        switch location.resource {
        case .page: .page
        case .picture: .file
        case .live: .answer
        case .multivariantPlaylist, .dashManifest: .playlist(isNamed: isNamed)
        case .hlsFile(_, let name): name.hasSuffix(".m3u8") ? .playlist(isNamed: isNamed) : .file
        }
    }

    private var isNamed: Bool {
        viewerID != nil || ViewerIdentity.headerName.flatMap { headers[$0] } != nil
    }

    /// The stream that is asked for; `nil` where the name can be none.
    var path: StreamPath? { try? StreamPath(application: location.application, name: location.name) }

    /// By what it is asked for, in log lines and hooks.
    var transport: String {
        switch location.resource {
        case .page, .picture: "http"
        case .live(let form): "http-\(form.rawValue)"
        case .multivariantPlaylist: "hls"
        case .dashManifest: "dash"
        // Players of DASH fetch the same segments by the same names, and without their viewer's id.
        case .hlsFile: "hls"
        }
    }
}
