import Catalogue
import ConfigurationReading
import EndpointCore
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The keys that playback tokens are verified with: the server's own, the secret that the configuration shares with a
/// back end, and the public keys of a file or of a service.
actor TokenKeys {
    /// How old what is known of the file and of the catalogue may be: 10 s.
    private static let freshness = Duration.seconds(10)

    private let configuration: @Sendable () -> ServerConfiguration
    private let catalogue: CatalogueDoor
    private let source: (any KeySetSource)?
    private let leastPause: Duration
    private let logger: Logger

    private var remote: RemoteKeySet?
    private var current:
        (verifier: TokenVerifier, settings: ServerConfiguration.Auth.Tokens, until: ContinuousClock.Instant)?
    private var known: (own: [SigningKey], file: [UInt8], generation: Int)?
    private var faultyFile: String?
    /// Counts the times that what is known was forgotten.
    private var refreshes = 0

    /// - Parameters:
    ///   - source: fetches key sets from addresses; `nil`: nobody does.
    ///   - leastPause: between two fetches.
    init(
        configuration: @escaping @Sendable () -> ServerConfiguration, catalogue: CatalogueDoor,
        source: (any KeySetSource)?, leastPause: Duration = RemoteKeySet.leastPause, logger: Logger
    ) {
        self.configuration = configuration
        self.catalogue = catalogue
        self.source = source
        self.leastPause = leastPause
        self.logger = logger
    }

    /// Verifies with the keys of now.
    func verifier() async -> TokenVerifier {
        let settings = configuration().auth.tokens
        if let current, current.settings == settings, ContinuousClock.now < current.until { return current.verifier }
        let refreshesBefore = refreshes
        let own = (try? await catalogue.storage()?.signingKeys()) ?? known?.own ?? []
        var file: [UInt8] = []
        if case .file(let name) = settings.keySet { file = read(name) }
        let remote = takeUp(settings.keySet)
        await remote?.prepare()
        let (published, generation) = await remote?.published ?? (keys: [], generation: 0)
        // What was read before the keys changed would put back those that are worth nothing any more.
        guard refreshes == refreshesBefore else { return await self.verifier() }
        let until = ContinuousClock.now + Self.freshness
        if let current, current.settings == settings, let known, known == (own, file, generation) {
            self.current?.until = until
            return current.verifier
        }
        let verifier = TokenVerifier(
            keys: keys(own: own, settings, file: file) + published, issuer: settings.issuer,
            audience: settings.audience)
        known = (own, file, generation)
        current = (verifier, settings, until)
        return verifier
    }

    /// What a token allows.
    ///
    /// Where a service publishes the keys, one that is not known yet is looked for there.
    func claims(of text: String) async throws(TokenFault) -> TokenClaims {
        let verifier = await verifier()
        do throws(TokenFault) {
            return try verifier.claims(of: text)
        } catch {
            guard let remote, verifier.lacksKey(of: text) else { throw error }
            await remote.lookAgain()
            if await remote.state.generation != known?.generation { expire() }
            let newest = await self.verifier()
            guard newest.lacksKey(of: text) else { return try newest.claims(of: text) }
            throw await remote.state.isInDoubt ? .keysUnavailable : .keyNotPublished
        }
    }

    /// Fetches keys from where a service publishes them, if it is time to.
    func keepFresh() async {
        let settings = configuration().auth.tokens
        guard let remote = takeUp(settings.keySet) else { return }
        let before = await remote.state
        await remote.refresh(after: settings.keySetInterval)
        if await remote.state != before { refresh() }
    }

    /// The key set at the address that is configured now.
    private func takeUp(_ place: ServerConfiguration.Auth.KeySetPlace?) -> RemoteKeySet? {
        guard case .address(let url) = place, let source else {
            remote = nil
            return nil
        }
        if let remote, remote.url == url { return remote }
        let new = RemoteKeySet(at: url, source: source, leastPause: leastPause, logger: logger)
        remote = new
        return new
    }

    /// Forgets what is known, after keys have changed, and what is being read just now.
    func refresh() {
        refreshes += 1
        expire()
    }

    /// Lets what is known be read again; what is being read is not in doubt, so that tokens of made-up keys, however many,
    /// hold up nobody.
    private func expire() {
        current?.until = .now
    }

    private func keys(
        own: [SigningKey], _ settings: ServerConfiguration.Auth.Tokens, file: [UInt8]
    ) -> [VerificationKey] {
        var keys = own.map { VerificationKey(id: $0.id, material: .hmac($0.bytes), isOwn: true) }
        if let secret = settings.secret {
            keys.append(VerificationKey(id: nil, material: .hmac(Array(secret.revealed.utf8))))
        }
        guard case .file(let name) = settings.keySet, !file.isEmpty else { return keys }
        if let set = JSONWebKeySet(file), !set.keys.isEmpty {
            faultyFile = nil
            return keys + set.keys
        }
        complain(of: name, "it is no JSON Web Key Set with a key for RS256 or ES256")
        return keys
    }

    private func read(_ name: String) -> [UInt8] {
        guard let bytes = FileManager.default.contents(atPath: name) else {
            complain(of: name, "it cannot be read")
            return []
        }
        return Array(bytes.prefix(JSONWebKeySet.longest + 1))
    }

    /// Once for each time that it becomes faulty.
    private func complain(of name: String, _ reason: String) {
        guard faultyFile != name else { return }
        faultyFile = name
        logger.error("key set not used", metadata: ["file": "\(name)", "reason": "\(reason)"])
    }
}
