import Crypto
public import EndpointCore
import NIOCore

/// The dashboard at `/`: a document, style sheets and ECMAScript modules, sent as they are written.
///
/// All but the document lie under a folder that is named by what they contain, so that browsers keep them for good and
/// never mix the modules of two versions.
public enum Dashboard {
    /// The paths that it answers.
    public static let routes: [String: HTTPRoute] = {
        var routes = ["/": route(to: document, mediaType: "text/html; charset=utf-8", caching: "no-cache")]
        for (name, mediaType, bytes) in files {
            routes[folder + name] = route(
                to: ByteBuffer(bytes: bytes), mediaType: mediaType, caching: "public, max-age=31536000, immutable")
        }
        return routes
    }()

    /// What the dashboard may do (Content Security Policy Level 3): use what this server has, and nothing inside the
    /// document; nobody may frame it, so that nobody can steer an operator's clicks.
    static let contentSecurityPolicy = """
        default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; \
        frame-ancestors 'none'
        """

    private static let styles: [(name: String, bytes: [UInt8])] = [
        ("tokens.css", PackageResources.tokens_css), ("frame.css", PackageResources.frame_css),
        ("parts.css", PackageResources.parts_css), ("sections.css", PackageResources.sections_css),
    ]

    private static let modules: [(name: String, bytes: [UInt8])] = [
        ("dom.js", PackageResources.dom_js), ("words.js", PackageResources.words_js),
        ("access.js", PackageResources.access_js), ("polling.js", PackageResources.polling_js),
        ("event-feed.js", PackageResources.event_feed_js), ("live.js", PackageResources.live_js),
        ("router.js", PackageResources.router_js), ("sparkline.js", PackageResources.sparkline_js),
        ("playback.js", PackageResources.playback_js), ("thumbnail.js", PackageResources.thumbnail_js),
        ("notices.js", PackageResources.notices_js), ("complaint.js", PackageResources.complaint_js),
        ("dialogs.js", PackageResources.dialogs_js),
        ("qr.js", PackageResources.qr_js), ("health.js", PackageResources.health_js),
        ("encoder-settings.js", PackageResources.encoder_settings_js),
        ("new-stream.js", PackageResources.new_stream_js), ("stream-card.js", PackageResources.stream_card_js),
        ("overview.js", PackageResources.overview_js), ("live-streams.js", PackageResources.live_streams_js),
        ("virtual-table.js", PackageResources.virtual_table_js),
        ("session-details.js", PackageResources.session_details_js), ("sessions.js", PackageResources.sessions_js),
        ("events.js", PackageResources.events_js), ("track-table.js", PackageResources.track_table_js),
        ("stream-keys.js", PackageResources.stream_keys_js), ("recordings.js", PackageResources.recordings_js),
        ("stream.js", PackageResources.stream_js),
        ("tokens.js", PackageResources.tokens_js), ("configuration.js", PackageResources.configuration_js),
        ("webhooks.js", PackageResources.webhooks_js),
        ("settings.js", PackageResources.settings_js),
        ("sign-in.js", PackageResources.sign_in_js), ("keyboard.js", PackageResources.keyboard_js),
        ("main.js", PackageResources.main_js),
    ]

    private static let files: [(name: String, mediaType: String, bytes: [UInt8])] =
        styles.map { ($0.name, "text/css; charset=utf-8", $0.bytes) }
        + modules.map { ($0.name, "text/javascript; charset=utf-8", $0.bytes) }

    private static let folder = "/dashboard/\(digest(of: files.flatMap(\.bytes)))/"

    private static let document: ByteBuffer = {
        let links =
            styles.map { "<link rel=\"stylesheet\" href=\"\(folder)\($0.name)\">" }
            + modules.map { "<link rel=\"modulepreload\" href=\"\(folder)\($0.name)\">" }
            + ["<script type=\"module\" src=\"\(folder)main.js\"></script>"]
        return ByteBuffer(
            string: PageSource.tightenedDocument(PackageResources.dashboard_html)
                .replacing("{{links}}", with: links.joined(separator: "\n")))
    }()

    private static func route(to bytes: ByteBuffer, mediaType: String, caching: String) -> HTTPRoute {
        let tag = "W/\"\(digest(of: Array(bytes.readableBytesView)))\""
        let headers = [
            "Cache-Control": caching, "ETag": tag, "Content-Security-Policy": contentSecurityPolicy,
            "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
        ]
        return HTTPRoute(methods: ["GET", "HEAD"], mostBodyBytes: 0) { request in
            let isKnown = request.headers["if-none-match"]?.contains(tag) ?? false
            return HTTPRoute.Answer(
                status: isKnown ? 304 : 200, mediaType: mediaType, headers: headers,
                body: isKnown ? ByteBuffer() : bytes)
        }
    }

    /// Sixteen hexadecimal digits that another content would not have.
    private static func digest(of bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
