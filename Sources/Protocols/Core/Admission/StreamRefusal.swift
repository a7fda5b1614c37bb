public import MediaModel

/// Why a wish was not granted.
///
/// The texts are for peers and logs; they name no secret.
public enum StreamRefusal: Error, Sendable, Equatable {
    /// The name is none.
    case illegalName(StreamPath.Fault)
    /// A key is needed, and none was given.
    case keyRequired
    /// The key that was given opens nothing, or another stream.
    case keyRefused
    /// The key was right once.
    case keyExpired
    /// A stream key is no name to play by.
    case keyAsName
    /// A token is needed to play, and none was given.
    case tokenRequired
    /// The token that was given is forged, or for something else.
    case tokenRefused
    /// The token was right once.
    case tokenExpired
    /// The address is not among those that may.
    case addressRefused
    /// The address has guessed wrong too often.
    case tooManyAttempts
    /// What must be asked cannot be asked at the moment.
    case unavailable
    /// Nobody decided in time.
    case undecided
    /// Who was asked said no, for this reason.
    case declined(because: String)

    /// What the peer can do about it.
    public var description: String {
        switch self {
        case .illegalName(.empty):
            "an address has an application and a name, such as rtmp://HOST/live/mystream"
        case .illegalName:
            "illegal stream name: use 1 to 255 letters, digits, '.', '_', '-', '~' and single inner '/'"
        case .keyRequired:
            "publishing here needs a stream key: use it as the stream name, or append ?key=… to the name"
        case .keyRefused:
            "the stream key is unknown, or is for another stream"
        case .keyExpired:
            "the stream key has expired: ask for a new one"
        case .keyAsName:
            "this is a stream key, which is nobody's to see: use the stream's public name"
        case .tokenRequired:
            "watching this stream needs a token: append ?token=… to the address"
        case .tokenRefused:
            "the token is not valid for this stream"
        case .tokenExpired:
            "the token has expired: ask for a new address"
        case .addressRefused:
            "not allowed from this address"
        case .tooManyAttempts:
            "too many wrong keys or tokens from this address: try again later"
        case .unavailable:
            "the server cannot look up keys at the moment: try again later"
        case .undecided:
            "the server could not decide in time: try again"
        case .declined(let reason):
            reason
        }
    }
}
