public import MediaModel

/// What a client says when it connects to an application, before it names a stream.
///
/// Parameters may be secrets: the description shows none.
public struct ConnectWish: Sendable, CustomStringConvertible, CustomReflectable {
    /// The application, such as `live`.
    public var application: String
    /// Query parameters of the application, in order.
    public var query: [(name: String, value: String)]
    /// What the client calls itself.
    public var client: String
    /// The peer's numeric address without port.
    public var peerAddress: String
    /// Whether a program on the server's own machine wishes it, which the address alone does not tell.
    public var isFromThisMachine: Bool

    /// Makes a wish.
    public init(
        application: String, query: [(name: String, value: String)], client: String, peerAddress: String,
        isFromThisMachine: Bool = false
    ) {
        self.application = application
        self.query = query
        self.client = client
        self.peerAddress = peerAddress
        self.isFromThisMachine = isFromThisMachine
    }

    /// The peer's address alone.
    public var description: String { "a wish of \(peerAddress) to connect" }
    /// A mirror that shows nothing, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The answer to a client that connects.
public enum ConnectDecision: Sendable, Equatable {
    /// It may connect, and has proved this.
    case allow(StreamLogin?)
    /// It is to connect again with the answer to this challenge, which is in the words of its protocol.
    case challenge(String)
    /// It may not connect.
    case deny(StreamRefusal)
}

/// Streams that a client proved it may publish, when it connected with a user name and a password.
public struct StreamLogin: Sendable, Equatable {
    /// The streams.
    public var paths: Set<StreamPath>

    /// Makes a login.
    public init(paths: Set<StreamPath>) {
        self.paths = paths
    }
}
