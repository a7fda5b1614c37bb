public import Catalogue
public import EndpointCore
import MediaModel
import RTMPSession

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Sets up live streams and makes their keys, whose secrets it hands out once.
public struct LiveStreamRegistrar: Sendable {
    /// What is decided about a key.
    public struct KeyWish: Sendable, Equatable {
        /// What people call it.
        public var label: String?
        /// The name under which encoders log in that ask for user and password; `nil` for the stream's own.
        public var user: String?
        /// Where it may be used from; empty for anywhere.
        public var addresses: [AddressRange]
        /// When it ends.
        public var expiresAt: Date?

        /// Makes a wish.
        public init(
            label: String? = nil, user: String? = nil, addresses: [AddressRange] = [], expiresAt: Date? = nil
        ) {
            self.label = label
            self.user = user
            self.addresses = addresses
            self.expiresAt = expiresAt
        }
    }

    /// A key with its secret, which is never to be had again.
    public struct Issued: Sendable {
        /// The key.
        public var key: RegisteredKey
        /// What the encoder sends.
        public var secret: Secret
    }

    /// Tries for a name that nobody has: 8, each with more chance in it.
    private static let tries = 8

    private let storage: any CatalogueStorage

    /// Makes a registrar for a catalogue.
    public init(_ storage: any CatalogueStorage) {
        self.storage = storage
    }

    /// Sets up a live stream with its first key.
    ///
    /// - Parameters:
    ///   - title: what people call it.
    ///   - application: where it belongs.
    ///   - name: under which it is published and played; `nil` for one that is made of the title.
    ///   - isRecorded: whether it is to be recorded.
    ///   - wish: about the key.
    /// - Throws: `RegistrationFault`, `CatalogueFault`, or what the storage failed with.
    public func register(
        title: String, application: String, name: String?, isRecorded: Bool, key wish: KeyWish = KeyWish()
    ) async throws -> (RegisteredStream, Issued) {
        guard (1...200).contains(title.count), title.isVisible else { throw RegistrationFault.title }
        guard name.map(SecretText.isReserved) != true else { throw RegistrationFault.reservedName }
        let stem = PublicName.make(of: title)
        for attempt in 0..<Self.tries {
            let chosen =
                name
                ?? (attempt == 0 && !stem.isEmpty
                    ? stem : [stem, PublicName.suffix()].filter { !$0.isEmpty }.joined(separator: "-"))
            let path: StreamPath
            do throws(StreamPath.Fault) {
                path = try StreamPath(application: application, name: chosen)
            } catch {
                throw RegistrationFault.path(error)
            }
            let salt = SecretText.salt()
            let secret = SecretText.make(.streamKey)
            do {
                let (stream, key) = try await storage.addStream(
                    RegisteredStream.Draft(path: path, title: title, isRecorded: isRecorded, salt: salt),
                    key: try draft(wish, secret, salt: salt, name: path.name))
                return (stream, Issued(key: key, secret: secret))
            } catch CatalogueFault.pathTaken where name == nil {
                continue
            }
        }
        throw RegistrationFault.reservedName
    }

    /// Changes what is said of a live stream; `nil` when there is none.
    ///
    /// - Throws: `RegistrationFault.title`, or what the storage failed with.
    public func change(
        _ id: RegisteredStream.ID, _ change: RegisteredStream.Change
    ) async throws -> RegisteredStream? {
        if let title = change.title {
            guard (1...200).contains(title.count), title.isVisible else { throw RegistrationFault.title }
        }
        return try await storage.changeStream(id, change)
    }

    /// Makes another key; `nil` when there is no such live stream.
    ///
    /// - Parameter end: when the stream's other keys are to end; who publishes with one goes on.
    /// - Throws: `RegistrationFault`, `CatalogueFault`, or what the storage failed with.
    public func issueKey(
        for id: RegisteredStream.ID, _ wish: KeyWish, endingOthers end: Date? = nil
    ) async throws -> Issued? {
        guard let stream = try await storage.stream(id) else { return nil }
        let secret = SecretText.make(.streamKey)
        let draft = try draft(wish, secret, salt: stream.salt, name: stream.path.name)
        return try await storage.addKey(draft, to: id, endingOthers: end).map { Issued(key: $0, secret: secret) }
    }

    private func draft(
        _ wish: KeyWish, _ secret: Secret, salt: String, name: String
    ) throws(RegistrationFault) -> RegisteredKey.Draft {
        if let label = wish.label {
            guard (1...64).contains(label.count), label.isVisible else { throw .label }
        }
        if let user = wish.user {
            guard (1...64).contains(user.utf8.count), user.utf8.allSatisfy(Self.isUserByte) else { throw .user }
        }
        guard wish.addresses.count <= RegisteredKey.mostAddresses else { throw .tooManyAddresses }
        let proof = PasswordProof(user: wish.user ?? name, salt: salt, password: secret.revealed)
        return RegisteredKey.Draft(
            digest: SecretDigest(of: secret), label: wish.label, user: wish.user,
            proofs: PasswordProofs(adobe: proof.adobe, llnw: proof.llnw), addresses: wish.addresses,
            expiresAt: wish.expiresAt)
    }

    /// What all encoders send unchanged in a user name.
    private static func isUserByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "@"):
            true
        default: false
        }
    }
}
