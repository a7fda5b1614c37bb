/// Which stream a client means by the `app` and `tcUrl` of its `connect` and the name of its `publish` or `play`.
///
/// Clients divide one URL among these three in ways of their own (`Sources/Protocols/RTMP/README.md` lists them); the
/// same stream must come out of all. The parts are cleaned of what clients put around them, not checked: whoever makes
/// a path of them does that.
public struct StreamAddress: Sendable, Equatable {
    /// What a name's prefix asks for, as in `mp4:film`.
    public enum Container: String, Sendable, CaseIterable {
        /// An MP4 file.
        case mp4
        /// An FLV file.
        case flv
        /// An MP3 file.
        case mp3
        /// An F4V file.
        case f4v
    }

    /// The application, such as `live` or `live/instance`, without slashes at its ends; may be empty.
    public let application: String
    /// The name within the application, such as `show`, without slashes at its ends; may be empty.
    public let name: String
    /// The virtual host: the argument `vhost` or `domain`, otherwise the host of `tcUrl`, in lower case, without port.
    public let host: String?
    /// The arguments of name, application and `tcUrl`; the name's win.
    public let query: StreamQuery
    /// The container that the name's prefix asked for.
    public let container: Container?

    /// `application/name`, from which a `StreamPath` is best made: RTMP clients divide it elsewhere than URLs do.
    public var path: String { "\(application)/\(name)" }
}

extension StreamAddress {
    /// Works out which stream is meant.
    ///
    /// - Parameters:
    ///   - application: `app` of the command object; `nil` when missing, and then the path of `tcURL` stands for it.
    ///   - tcURL: `tcUrl` of the command object.
    ///   - flashVersion: `flashVer` of the command object, which tells FFmpeg from others.
    ///   - name: The name in `publish` or `play`; empty leaves the address without one.
    public init(application: String?, tcURL: String, flashVersion: String, name: String) {
        let server = ServerURL(tcURL)
        let asked = (application ?? server.path).trimmed
        var app = PathAndQuery(asked)
        var stream = PathAndQuery(named: name.trimmed, in: app)
        if app.hasQuery, app.segments.count > 1, Self.dividesQueries(flashVersion), !app.query.hasPrefix("authmod=") {
            // FFmpeg divides at the second slash even when that lies in a token. What it answers to a challenge it
            // appends later, in the right place.
            let whole = PathAndQuery(asked + "/" + name.trimmed)
            (app, stream) = whole.divided
        }
        app.dropDefaultInstance()
        stream.dropDefaultInstance()
        if stream.segments.isEmpty, app.segments.count > 1 {
            stream.segments = [app.segments.removeLast()]
        }
        let container = stream.takeContainer()
        let query = StreamQuery(stream.query).merging(StreamQuery(app.query)).merging(StreamQuery(server.query))
        self.init(
            application: app.segments.joined(separator: "/"), name: stream.segments.joined(separator: "/"),
            host: (query["vhost"] ?? query["domain"])?.lowercased() ?? server.host, query: query,
            container: container)
    }

    /// What is known when a client connects and has named no stream yet: the address with an empty name.
    init(application: String?, tcURL: String) {
        let server = ServerURL(tcURL)
        var app = PathAndQuery((application ?? server.path).trimmed)
        app.dropDefaultInstance()
        let query = StreamQuery(app.query).merging(StreamQuery(server.query))
        self.init(
            application: app.segments.joined(separator: "/"), name: "",
            host: (query["vhost"] ?? query["domain"])?.lowercased() ?? server.host, query: query, container: nil)
    }

    /// FFmpeg's publisher calls itself `Lavf…`, its player has a version of the Flash Player that nobody else claims.
    private static func dividesQueries(_ flashVersion: String) -> Bool {
        flashVersion.hasPrefix("Lavf") || flashVersion == "LNX 9,0,124,2"
    }
}

/// A text with slashes and perhaps a query.
private struct PathAndQuery {
    var segments: [Substring]
    var query: Substring
    let hasQuery: Bool

    init(_ text: some StringProtocol) {
        let text = Substring(text)
        let path = text.prefix { $0 != "?" }
        hasQuery = path.endIndex < text.endIndex
        query = text[path.endIndex...].dropFirst()
        segments = path.split(separator: "/")
    }

    /// The name of a stream, which some users give as the whole URL.
    init(named text: String, in application: PathAndQuery) {
        guard text.hasPrefix("rtmp"), text.contains("://") else {
            self.init(text)
            return
        }
        let url = ServerURL(text)
        self.init(url.query.isEmpty ? url.path : url.path + "?" + url.query)
        if segments.starts(with: application.segments) { segments.removeFirst(application.segments.count) }
    }

    /// Application and name, as FFmpeg would divide the path had it no query.
    var divided: (PathAndQuery, PathAndQuery) {
        let count = segments.count > 2 ? 2 : 1
        var app = self
        var stream = self
        app.segments = Array(segments.prefix(count))
        app.query = ""
        stream.segments = Array(segments.dropFirst(count))
        return (app, stream)
    }

    /// Drops `_definst_`, Flash Media Server's word for the instance of an application that is always there.
    mutating func dropDefaultInstance() {
        segments.removeAll { $0 == "_definst_" }
    }

    mutating func takeContainer() -> StreamAddress.Container? {
        guard let first = segments.first, let colon = first.firstIndex(of: ":"),
            let container = StreamAddress.Container(rawValue: first[..<colon].lowercased())
        else { return nil }
        let rest = first[first.index(after: colon)...]
        segments[0] = rest
        if rest.isEmpty { segments.removeFirst() }
        return container
    }
}
