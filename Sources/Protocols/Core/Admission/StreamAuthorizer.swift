public import MediaModel

/// Decides who may publish and play what.
///
/// Offered by a service; asked by every endpoint.
public protocol StreamAuthorizer: Sendable {
    /// Decides on a wish to publish.
    func authorizePublish(_ wish: StreamWish) async -> StreamDecision
    /// Decides on a wish to play.
    func authorizePlay(_ wish: StreamWish) async -> StreamDecision
    /// Whether it may matter what a player of an application's streams shows, so that playlists must carry it on.
    ///
    /// Asked for every playlist, and therefore answered at once.
    func looksAtCredentials(toPlayIn application: String) -> Bool
    /// Whether clients of an application are decided on when they connect, before they name a stream.
    ///
    /// Asked for every connection, and therefore answered at once.
    func decidesOnConnecting(to application: String) -> Bool
    /// Decides on a client's connecting.
    func authorizeConnect(_ wish: ConnectWish) async -> ConnectDecision
}

extension StreamAuthorizer {
    /// Yes, to be safe.
    public func looksAtCredentials(toPlayIn application: String) -> Bool { true }
    /// No.
    public func decidesOnConnecting(to application: String) -> Bool { false }
    /// Anybody may connect: it is decided on publishing and playing.
    public func authorizeConnect(_ wish: ConnectWish) async -> ConnectDecision { .allow(nil) }
}

/// What somebody wants to publish or play, in the words that the peer used.
///
/// The name may be a secret, and so may parameters: the description shows neither.
public struct StreamWish: Sendable, CustomStringConvertible, CustomReflectable {
    /// The application, such as `live`.
    public var application: String
    /// The name, or a key that stands for one.
    public var name: String
    /// Query parameters that came with either, in order; never part of the name.
    public var query: [(name: String, value: String)]
    /// The peer's numeric address without port, such as `127.0.0.1` or `::1`.
    public var peerAddress: String
    /// Whether a program on the server's own machine wishes it, which the address alone does not tell: a proxy there speaks
    /// for everybody.
    public var isFromThisMachine: Bool
    /// What the peer proved when it connected.
    public var login: StreamLogin?
    /// Who wishes it, where more is known than the address.
    public var client: ClientFacts?
    /// What the wish is part of.
    public var occasion = WishOccasion.session

    /// Makes a wish.
    public init(
        application: String, name: String, query: [(name: String, value: String)] = [], peerAddress: String,
        isFromThisMachine: Bool = false, login: StreamLogin? = nil
    ) {
        self.application = application
        self.name = name
        self.query = query
        self.peerAddress = peerAddress
        self.isFromThisMachine = isFromThisMachine
        self.login = login
    }

    /// The peer's address alone.
    public var description: String { "a wish of \(peerAddress)" }
    /// A mirror that shows nothing, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The answer to a wish.
public enum StreamDecision: Sendable, Equatable {
    /// Granted, for this stream.
    case allow(StreamPath)
    /// Not granted.
    case deny(StreamRefusal)
}
