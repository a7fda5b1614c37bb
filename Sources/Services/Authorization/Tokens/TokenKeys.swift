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
/// back end, and the public keys of a file.
actor TokenKeys {
    /// How old what is known of the file and of the catalogue may be: 10 s.
    private static let freshness = Duration.seconds(10)

    private let configuration: @Sendable () -> ServerConfiguration
    private let catalogue: CatalogueDoor
    private let logger: Logger

    private var current:
        (verifier: TokenVerifier, settings: ServerConfiguration.Auth.Tokens, until: ContinuousClock.Instant)?
    private var known: (own: [SigningKey], file: [UInt8])?
    private var faultyFile: String?

    init(configuration: @escaping @Sendable () -> ServerConfiguration, catalogue: CatalogueDoor, logger: Logger) {
        self.configuration = configuration
        self.catalogue = catalogue
        self.logger = logger
    }

    /// Verifies with the keys of now.
    func verifier() async -> TokenVerifier {
        let settings = configuration().auth.tokens
        if let current, current.settings == settings, ContinuousClock.now < current.until { return current.verifier }
        let own = (try? await catalogue.storage()?.signingKeys()) ?? known?.own ?? []
        let file = settings.keySet.map(read) ?? []
        let until = ContinuousClock.now + Self.freshness
        if let current, current.settings == settings, let known, known == (own, file) {
            self.current?.until = until
            return current.verifier
        }
        let verifier = TokenVerifier(
            keys: keys(own: own, settings, file: file), issuer: settings.issuer, audience: settings.audience)
        known = (own, file)
        current = (verifier, settings, until)
        return verifier
    }

    /// Forgets what is known, after keys have changed.
    func refresh() {
        current?.until = .now
    }

    private func keys(
        own: [SigningKey], _ settings: ServerConfiguration.Auth.Tokens, file: [UInt8]
    ) -> [VerificationKey] {
        var keys = own.map { VerificationKey(id: $0.id, material: .hmac($0.bytes), isOwn: true) }
        if let secret = settings.secret {
            keys.append(VerificationKey(id: nil, material: .hmac(Array(secret.revealed.utf8))))
        }
        guard let name = settings.keySet, !file.isEmpty else { return keys }
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
