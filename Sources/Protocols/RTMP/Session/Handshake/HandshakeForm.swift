/// How the two sides of a handshake vouch for themselves.
public enum HandshakeForm: Sendable, Hashable {
    /// Echoes alone (RTMP 1.0 §5.2).
    case simple
    /// Digests in the first half of C1 and S1, as FFmpeg does it.
    case earlyDigest
    /// Digests in the second half of C1 and S1, as clients of encrypted RTMP do it.
    case lateDigest

    init(_ layout: HandshakeDigest.Layout?) {
        switch layout {
        case nil: self = .simple
        case .early: self = .earlyDigest
        case .late: self = .lateDigest
        }
    }

    var layout: HandshakeDigest.Layout? {
        switch self {
        case .simple: nil
        case .earlyDigest: .early
        case .lateDigest: .late
        }
    }
}
