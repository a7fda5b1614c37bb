public import EndpointCore
public import MediaModel

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What lets its bearer publish a live stream.
///
/// The secret itself is kept nowhere.
public struct RegisteredKey: Sendable, Equatable, Identifiable {
    /// Keys that a live stream may have: 32, an encoder and its spare for every site of a large event.
    public static let mostPerStream = 32
    /// Ranges that the addresses of a key may have: 32, as many as a page of a form shows.
    public static let mostAddresses = 32

    /// Its name in the API; no secret.
    public var id: String
    /// What people call it; may stand in logs.
    public var label: String?
    /// The name under which encoders log in that ask for user and password; `nil` for the stream's own.
    public var user: String?
    /// Where it may be used from; empty for anywhere.
    public var addresses: [AddressRange]
    /// When it ends; who publishes then goes on.
    public var expiresAt: Date?
    /// When it was made.
    public var createdAt: Date

    /// Whether the key has ended.
    public func hasExpired(at now: Date) -> Bool {
        expiresAt.map { $0 <= now } ?? false
    }

    /// What is decided when a key is made.
    public struct Draft: Sendable, Equatable {
        /// By which the key is found.
        public var digest: SecretDigest
        /// What people call it.
        public var label: String?
        /// The name under which encoders log in.
        public var user: String?
        /// What becomes of the secret as a password.
        public var proofs: PasswordProofs
        /// Where it may be used from.
        public var addresses: [AddressRange]
        /// When it ends.
        public var expiresAt: Date?

        /// Makes a draft.
        public init(
            digest: SecretDigest, label: String? = nil, user: String? = nil, proofs: PasswordProofs,
            addresses: [AddressRange] = [], expiresAt: Date? = nil
        ) {
            self.digest = digest
            self.label = label
            self.user = user
            self.proofs = proofs
            self.addresses = addresses
            self.expiresAt = expiresAt
        }
    }
}

/// What a secret becomes for protocols in which it is never sent, but proved.
public struct PasswordProofs: Sendable, Equatable {
    /// For `authmod=adobe`.
    public var adobe: String
    /// For `authmod=llnw`.
    public var llnw: String

    /// Makes proofs.
    public init(adobe: String, llnw: String) {
        self.adobe = adobe
        self.llnw = llnw
    }
}

/// A key, and what it opens.
public struct KeyOpening: Sendable, Equatable {
    /// The key.
    public var key: RegisteredKey
    /// The live stream that it opens.
    public var path: StreamPath
    /// What the live stream's passwords were salted with.
    public var salt: String
    /// What the secret became for protocols in which it is proved.
    public var proofs: PasswordProofs

    /// Makes an opening.
    public init(key: RegisteredKey, path: StreamPath, salt: String, proofs: PasswordProofs) {
        self.key = key
        self.path = path
        self.salt = salt
        self.proofs = proofs
    }
}
