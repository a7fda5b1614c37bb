import Crypto
import HTTPTypes
import Hummingbird
import MediaModel
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The page that plays a stream: one document, style and script inside, no request to anybody else.
enum WatchPage {
    /// The page's modules, each before those that use it.
    static let modules: [[UInt8]] = [
        PackageResources.address_js, PackageResources.clock_js, PackageResources.fault_js, PackageResources.boxes_js,
        PackageResources.feed_js, PackageResources.pace_js, PackageResources.playlist_js,
        PackageResources.throughput_js, PackageResources.rendition_js, PackageResources.hls_source_js,
        PackageResources.native_source_js, PackageResources.websocket_source_js, PackageResources.player_js,
        PackageResources.view_js, PackageResources.notice_js, PackageResources.menu_js,
        PackageResources.statistics_js, PackageResources.sharing_js, PackageResources.controls_js,
        PackageResources.remote_js, PackageResources.page_js,
    ]

    private static let script = PageSource.joinedScript(of: modules)
    private static let style = PageSource.tightenedStyle(PackageResources.tokens_css + PackageResources.page_css)
    private static let template = PageSource.tightenedDocument(PackageResources.page_html)
        .replacing("{{style}}", with: style)
        .replacing("{{script}}", with: script)

    /// What the page may do (Content Security Policy Level 3): run its own script and style, and talk to this server.
    ///
    /// Pictures may be `data:`, for the empty icon; media may be `blob:`, which is what Media Source Extensions play.
    static let contentSecurityPolicy = """
        default-src 'none'; script-src '\(hash(of: script))'; style-src '\(hash(of: style))'; connect-src 'self'; \
        img-src 'self' data:; media-src 'self' blob:; base-uri 'none'; form-action 'none'
        """

    /// The document for a stream.
    ///
    /// A path's characters need no escaping in HTML.
    ///
    /// - Parameter isEmbedded: whether it is to fill an `iframe`, with nothing beside the player.
    static func document(for path: StreamPath, isEmbedded: Bool) -> String {
        template
            .replacing("{{name}}", with: path.name)
            .replacing("{{mode}}", with: isEmbedded ? "embed" : "page")
    }

    /// The answer to a request for the page.
    static func response(for path: StreamPath, isEmbedded: Bool, gzip: Bool) -> Response {
        let document = ByteBuffer(string: document(for: path, isEmbedded: isEmbedded))
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-cache", .vary: "Accept-Encoding",
            .xContentTypeOptions: "nosniff", .contentSecurityPolicy: contentSecurityPolicy,
        ]
        // An address may carry a token, which is nobody else's business.
        if let referrerPolicy = HTTPField.Name("Referrer-Policy") { headers[referrerPolicy] = "no-referrer" }
        guard gzip, let compressed = Gzip.compress(document) else {
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: document))
        }
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: compressed))
    }

    private static func hash(of text: String) -> String {
        "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    }
}
