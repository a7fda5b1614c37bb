import Catalogue
import ConfigurationReading
public import EndpointCore
import MediaModel
import NIOConcurrencyHelpers
import RTMPSession

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension PolicyAuthorizer {
    /// Whether the application challenges its publishers.
    public func decidesOnConnecting(to application: String) -> Bool {
        rules(application).challenge != .off
    }

    /// Asks encoders for a user name and a proof of the password, where the application is configured so.
    ///
    /// The user is that of a key, or the stream's name; the password is the key. Players are let through, and so is who
    /// needs no key, and who has one in the URL: they show it when they publish.
    public func authorizeConnect(_ wish: ConnectWish) async -> ConnectDecision {
        let application = String(wish.application.prefix { $0 != "/" })
        let rules = rules(application)
        guard let challenge = PublisherChallenge(rules.challenge) else { return .allow(nil) }
        guard let response = PublisherResponse(wish.query) else {
            let hasKey = wish.query.contains { Self.keyParameters.contains($0.name) && !$0.value.isEmpty }
            let isFree = rules.isFree(fromThisMachine: wish.isFromThisMachine)
            guard !hasKey, !isFree, Self.isEncoder(wish.client) else { return .allow(nil) }
            return .challenge(challenge.needed)
        }
        guard rules.publishers.admit(wish.peerAddress) else { return .deny(.addressRefused) }
        guard !guesses.isBanned(wish.peerAddress) else { return .deny(.tooManyAttempts) }
        guard response.isComplete else { return await ask(response, application, from: wish.peerAddress) }
        return await decide(response, application, wish)
    }

    /// Names that publishers give themselves; players have others, and would not know how to answer.
    private static func isEncoder(_ client: String) -> Bool {
        ["FMLE/", "FME/", "Wirecast", "OBS", "Lavf"].contains { client.contains($0) }
    }

    private func ask(
        _ response: PublisherResponse, _ application: String, from address: String
    ) async -> ConnectDecision {
        let openings = await openings(response.user, application)
        let words = challenges.withLockedValue { book in
            response.challenge.asked(
                user: response.user,
                salt: openings?.first?.salt ?? book.salt(of: response.user, application: application),
                nonce: book.make(
                    user: response.user, address: address, chance: .random(in: 0...UInt64.max), seconds: seconds()))
        }
        return openings == nil ? .deny(.unavailable) : .challenge(words)
    }

    private func decide(
        _ response: PublisherResponse, _ application: String, _ wish: ConnectWish
    ) async -> ConnectDecision {
        let address = wish.peerAddress
        let isFresh = challenges.withLockedValue {
            $0.redeem(response.nonce, user: response.user, address: address, seconds: seconds())
        }
        guard isFresh else { return .challenge(response.challenge.failed) }
        guard let openings = await openings(response.user, application) else { return .deny(.unavailable) }
        let now = Date()
        var paths: Set<StreamPath> = []
        for opening in openings {
            let proof = PasswordProof(adobe: opening.proofs.adobe, llnw: opening.proofs.llnw)
            let isHere = opening.key.addresses.isEmpty || opening.key.addresses.contains(address: address)
            if response.proves(proof, application: wish.application), isHere, !opening.key.hasExpired(at: now) {
                paths.insert(opening.path)
                keysInUse.note(opening.key.id, of: opening.path, from: address)
            }
        }
        let salt =
            openings.first?.salt
            ?? challenges.withLockedValue { $0.salt(of: response.user, application: application) }
        for key in configuration().auth.keys
        where key.path.application == application && key.path.name == response.user {
            let proof = PasswordProof(user: response.user, salt: salt, password: key.secret.revealed)
            if response.proves(proof, application: wish.application) { paths.insert(key.path) }
        }
        guard paths.isEmpty else { return .allow(StreamLogin(paths: paths)) }
        // Each try has a nonce of its own; what tells guesses apart is not known, so each one counts.
        await guesses.refuse(response.nonce, from: address)
        return .challenge(response.challenge.failed)
    }

    /// The keys of a user; `nil` where nobody can look, and there may be some.
    private func openings(_ user: String, _ application: String) async -> [KeyOpening]? {
        guard let storage = await catalogue.storage() else { return [] }
        return try? await storage.keys(ofUser: user, application: application)
    }
}

extension PublisherChallenge {
    fileprivate init?(_ setting: ApplicationConfiguration.Auth.Challenge) {
        switch setting {
        case .off: return nil
        case .adobe: self = .adobe
        case .llnw: self = .llnw
        }
    }
}
