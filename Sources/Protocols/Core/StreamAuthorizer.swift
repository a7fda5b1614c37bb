public import MediaModel

/// Decides who may publish and play what.
///
/// Offered by a service; asked by every endpoint.
public protocol StreamAuthorizer: Sendable {
    /// Decides on a wish to publish.
    func authorizePublish(_ wish: StreamWish) async -> StreamDecision
    /// Decides on a wish to play.
    func authorizePlay(_ wish: StreamWish) async -> StreamDecision
}

/// What somebody wants to publish or play, in the words that the peer used.
public struct StreamWish: Sendable {
    /// The application, such as `live`.
    public var application: String
    /// The name, or a key that stands for one.
    public var name: String
    /// Query parameters that came with either, in order; never part of the name.
    public var query: [(name: String, value: String)]
    /// The peer's numeric address without port, such as `127.0.0.1` or `::1`.
    public var peerAddress: String

    /// Makes a wish.
    public init(application: String, name: String, query: [(name: String, value: String)] = [], peerAddress: String) {
        self.application = application
        self.name = name
        self.query = query
        self.peerAddress = peerAddress
    }
}

/// The answer to a wish.
public enum StreamDecision: Sendable, Equatable {
    /// Granted, for this stream.
    case allow(StreamPath)
    /// Not granted.
    case deny(StreamRefusal)
}

/// Why a wish was not granted.
///
/// The texts are for peers and logs; they name no secret.
public enum StreamRefusal: Error, Sendable, Equatable {
    /// The name is none.
    case illegalName(StreamPath.Fault)
    /// A key is needed and none, or a wrong one, was given.
    case keyRequired
    /// Nobody decided in time.
    case undecided

    /// What the peer can do about it.
    public var description: String {
        switch self {
        case .illegalName:
            "illegal stream name: use 1 to 255 letters, digits, '.', '_', '-', '~' and single inner '/'"
        case .keyRequired:
            "publishing from another machine needs a stream key: use it as the stream name, or append ?key=… to the name"
        case .undecided:
            "the server could not decide in time: try again"
        }
    }
}
