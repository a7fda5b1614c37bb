public import MediaModel

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What the server keeps of live streams, their keys and those who administer them, wherever that lies.
///
/// Values go in and come out; no database shows through. Each function is one transaction: when it returns, what it did
/// is there after the process is killed, and when it throws, nothing was done.
public protocol CatalogueStorage: DeliveryStorage, RecordingStorage {
    // MARK: Live streams

    /// Adds a live stream with a first key.
    ///
    /// - Throws: `CatalogueFault.pathTaken`, or what the storage failed with.
    func addStream(_ draft: RegisteredStream.Draft, key: RegisteredKey.Draft) async throws -> (
        RegisteredStream, RegisteredKey
    )
    /// The live stream of this id.
    func stream(_ id: RegisteredStream.ID) async throws -> RegisteredStream?
    /// The live stream that is published under this path.
    func stream(at path: StreamPath) async throws -> RegisteredStream?
    /// Live streams in the order in which they were added.
    func streams(_ request: PageRequest) async throws -> Page<RegisteredStream>
    /// Changes what `change` names; `nil` when there is no such live stream.
    func changeStream(_ id: RegisteredStream.ID, _ change: RegisteredStream.Change) async throws -> RegisteredStream?
    /// Removes a live stream with its keys; `false` when there was none.
    func removeStream(_ id: RegisteredStream.ID) async throws -> Bool

    // MARK: Keys

    /// Adds a key, and lets the live stream's other keys end at a time if one is given; `nil` when there is no such
    /// live stream.
    ///
    /// - Throws: `CatalogueFault.tooManyKeys` or `.userTaken`, or what the storage failed with.
    func addKey(
        _ draft: RegisteredKey.Draft, to id: RegisteredStream.ID, endingOthers end: Date?
    ) async throws -> RegisteredKey?
    /// The keys of a live stream, the oldest first.
    func keys(of id: RegisteredStream.ID) async throws -> [RegisteredKey]
    /// Removes a key; `false` when there was none.
    func removeKey(_ key: RegisteredKey.ID, of id: RegisteredStream.ID) async throws -> Bool
    /// The key of this digest, and the live stream that it opens.
    func key(_ digest: SecretDigest) async throws -> KeyOpening?
    /// The keys with which a user, or a stream's name in place of one, publishes to an application.
    func keys(ofUser user: String, application: String) async throws -> [KeyOpening]

    // MARK: Administration

    /// Adds a token.
    ///
    /// - Throws: `CatalogueFault.tooManyTokens`, or what the storage failed with.
    func addToken(_ draft: APIToken.Draft) async throws -> APIToken
    /// The tokens in the order in which they were added.
    func tokens(_ request: PageRequest) async throws -> Page<APIToken>
    /// The token of this digest.
    func token(_ digest: SecretDigest) async throws -> APIToken?
    /// Removes a token; `false` when there was none.
    func removeToken(_ id: APIToken.ID) async throws -> Bool
    /// Whether there is a token besides the one that the server made for its first start.
    func hasOwnTokens() async throws -> Bool
    /// Whether there is any token.
    func hasTokens() async throws -> Bool

    // MARK: Configuration

    /// What the API changed of the configuration, by key.
    func configurationChanges() async throws -> [StoredChange]
    /// Keeps changes and forgets others, both or neither.
    ///
    /// - Parameters:
    ///   - changes: values by key, which take the place of earlier ones.
    ///   - forgotten: keys whose changes are forgotten.
    ///   - author: who changes, by the label of a token.
    func keep(configurationChanges changes: [String: String], forgetting forgotten: [String], by author: String)
        async throws

    // MARK: Signing

    /// The keys that playback tokens are signed with, the newest first; one is made when there is none.
    func signingKeys() async throws -> [SigningKey]
    /// Makes a new signing key; the others still verify, unless they are to go.
    func addSigningKey(removingOthers: Bool) async throws -> SigningKey
}

/// Why the catalogue declines what it was asked for.
public enum CatalogueFault: Error, Equatable, Sendable {
    /// Another live stream is published under this path.
    case pathTaken(StreamPath)
    /// Another live stream of the application has a key for this user, or has this name.
    case userTaken(String)
    /// A live stream has as many keys as it may.
    case tooManyKeys(limit: Int)
    /// There are as many tokens as there may be.
    case tooManyTokens(limit: Int)
    /// The file was written by a later version of the server.
    case newerVersion
}
