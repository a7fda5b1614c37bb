/// Who it is that publishes or plays, as far as the protocol tells.
///
/// What the client said may hold secrets: the description shows the session alone.
public struct ClientFacts: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The session's name in log lines, the API and hooks.
    public var session: String
    /// How it is carried, such as `rtmp` or `hls`.
    public var transport: String
    /// The peer's numeric address without port.
    public var address: String
    /// The peer's port, where it has one of its own.
    public var port: Int?
    /// What the client calls itself.
    public var agent: String
    /// `tcUrl` of an RTMP client, as it came; elsewhere empty.
    public var tcURL = ""
    /// The page that the client said it is on; empty where it said nothing.
    public var pageURL = ""
    /// The player that the client said it is; empty where it said nothing.
    public var swfURL = ""

    /// Gathers facts.
    public init(session: String, transport: String, address: String, port: Int? = nil, agent: String = "") {
        self.session = session
        self.transport = transport
        self.address = address
        self.port = port
        self.agent = agent
    }

    /// The address, with the port where it has one, as they are written in URLs.
    public var hostAndPort: String {
        guard let port else { return address }
        return (address.contains(":") ? "[\(address)]" : address) + ":\(port)"
    }

    /// The session alone.
    public var description: String { "client of \(session)" }
    /// A mirror that shows nothing, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a wish is part of, which says for how long a decision on it is good.
public enum WishOccasion: Sendable, Equatable {
    /// A session that begins, and goes on without being asked again.
    case session
    /// A playlist, which players ask for again and again; `isNamed` where an id tells its viewer from all others.
    case playlist(isNamed: Bool)
    /// A session that was asked for just now, and is to be answered in another way: with a refusal, or its head alone.
    case answer
    /// A file that a playlist leads to, or a picture.
    case file
    /// A page, which shows nothing by itself.
    case page
}
