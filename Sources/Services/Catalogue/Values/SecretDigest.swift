import Crypto
public import EndpointCore

/// By which a secret is found that is kept nowhere: its SHA-256.
///
/// A fast digest is enough for secrets that the server made by chance: there are too many of them to try.
public struct SecretDigest: Hashable, Sendable {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// The digest of a secret.
    public init(of secret: Secret) {
        self.init(of: secret.revealed)
    }

    /// The digest of what somebody presents as a secret.
    public init(of presented: some StringProtocol) {
        bytes = Array(SHA256.hash(data: Array(presented.utf8)))
    }
}

/// A key that playback tokens are signed with (HMAC-SHA256).
public struct SigningKey: Sendable, Equatable, Identifiable {
    /// Names the key in tokens.
    public var id: String
    /// 32 bytes of chance.
    public var bytes: [UInt8]

    /// Makes a key of its parts.
    public init(id: String, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// The id alone.
    public var description: String { "signing key \(id)" }
    /// A mirror that shows nothing, for `dump`.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
