public import Catalogue
public import ConfigurationReading
public import EndpointCore
public import Logging
public import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import TextCoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Decides by the configuration and the catalogue who may publish and play.
///
/// What the configuration alone can decide is decided without the catalogue, so that a server without a data folder works,
/// and one where everything is open waits for no disk.
public final class PolicyAuthorizer: StreamAuthorizer {
    let configuration: @Sendable () -> ServerConfiguration
    let catalogue: CatalogueDoor
    let guesses: GuessGuard
    let tokenKeys: TokenKeys
    let keysInUse = KeysInUse()
    let challenges = NIOLockedValueBox(ChallengeBook())
    /// The time in seconds since 1970, by which nonces are good.
    let seconds: @Sendable () -> UInt64

    /// Makes an authorizer.
    ///
    /// - Parameters:
    ///   - configuration: the one in force.
    ///   - catalogue: where live streams and their keys are.
    ///   - isTrusted: whether an address speaks for everybody, as a proxy does, and is never shut out.
    ///   - keySets: fetches the keys that services publish; `nil`: nobody does.
    ///   - logger: is told of guessers.
    public convenience init(
        configuration: @escaping @Sendable () -> ServerConfiguration, catalogue: CatalogueDoor,
        isTrusted: @escaping @Sendable (_ address: String) -> Bool = { _ in false },
        keySets: (any KeySetSource)? = nil, logger: Logger
    ) {
        self.init(
            configuration: configuration, catalogue: catalogue, isTrusted: isTrusted, keySets: keySets,
            leastPauseBetweenFetches: RemoteKeySet.leastPause, logger: logger)
    }

    init(
        configuration: @escaping @Sendable () -> ServerConfiguration, catalogue: CatalogueDoor,
        isTrusted: @escaping @Sendable (_ address: String) -> Bool = { _ in false },
        keySets: (any KeySetSource)?, leastPauseBetweenFetches: Duration,
        seconds: @escaping @Sendable () -> UInt64 = {
            UInt64(max(0, UTCTime.now().millisecondsSince1970 / 1_000))
        },
        logger: Logger
    ) {
        self.configuration = configuration
        self.seconds = seconds
        self.catalogue = catalogue
        guesses = GuessGuard(
            limits: {
                let ban = configuration().auth.ban
                return GuessLedger.Limits(banAfter: ban.after, banFor: .init(ban.for))
            }, isTrusted: isTrusted, logger: logger)
        tokenKeys = TokenKeys(
            configuration: configuration, catalogue: catalogue, source: keySets, leastPause: leastPauseBetweenFetches,
            logger: logger)
    }

    /// Takes up signing keys that have changed, at once.
    public func refreshTokenKeys() async {
        await tokenKeys.refresh()
    }

    /// Fetches the keys that services publish now and then, until the task is cancelled.
    public func keepKeysFresh() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { await tokenKeys.keepFresh() }
    }

    /// Whether who publishes a stream from an address may do so by a key of the catalogue.
    public func isUsed(_ key: RegisteredKey.ID, of path: StreamPath, from address: String) -> Bool {
        keysInUse.isUsed(key, of: path, from: address)
    }

    func rules(_ application: String) -> AccessRules {
        AccessRules(configuration(), application: application)
    }

    /// What a secret opens, by configuration and catalogue.
    func find(_ secret: String, from address: String) async -> KeyFinding {
        if let key = configuration().auth.key(matching: secret) { return .opens(key.path) }
        // What is not written like a key need not be looked for.
        guard SecretText.isWritten(secret, as: .streamKey) else { return .unknown }
        do {
            guard let storage = await catalogue.storage() else { return .unavailable }
            guard let opening = try await storage.key(SecretDigest(of: secret)) else { return .unknown }
            guard !opening.key.hasExpired(at: Date()) else { return .expired }
            guard opening.key.addresses.isEmpty || opening.key.addresses.contains(address: address) else {
                return .elsewhere
            }
            keysInUse.note(opening.key.id, of: opening.path, from: address)
            return .opens(opening.path)
        } catch {
            return .unavailable
        }
    }

    /// Refuses what may be a guess.
    func refuse(_ secret: String, from address: String, _ refusal: StreamRefusal) async -> StreamDecision {
        await guesses.refuse(secret, from: address)
        return .deny(refusal)
    }
}
