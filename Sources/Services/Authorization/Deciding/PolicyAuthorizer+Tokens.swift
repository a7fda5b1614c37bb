public import Catalogue
import EndpointCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a secret for the API turned out to be.
public enum APITokenFinding: Sendable, Equatable {
    /// This token.
    case token(APIToken)
    /// None, or one that has ended.
    case refused
    /// Nobody looked: the address has guessed wrong too often.
    case tooManyAttempts
    /// Nobody could look.
    case unavailable
}

extension PolicyAuthorizer {
    /// The token whose secret somebody presents.
    public func findToken(_ presented: String, from address: String) async -> APITokenFinding {
        guard !guesses.isBanned(address) else { return .tooManyAttempts }
        guard SecretText.isWritten(presented, as: .apiToken) else { return await refuse(presented, from: address) }
        do {
            guard let storage = await catalogue.storage() else { return .unavailable }
            guard let token = try await storage.token(SecretDigest(of: presented)) else {
                return await refuse(presented, from: address)
            }
            return token.hasExpired(at: Date()) ? .refused : .token(token)
        } catch {
            return .unavailable
        }
    }

    /// Whether programs on this machine are trusted without a token: until there is one that somebody made.
    public func trustsThisMachine() async -> Bool {
        // Where there is no folder there are no tokens, and asking makes none.
        guard catalogue.isExpected else { return true }
        // In doubt nobody is trusted: what cannot be opened may hold tokens.
        guard let storage = await catalogue.storage() else { return false }
        return (try? await storage.hasOwnTokens()) == false
    }

    /// Makes sure that there is a first token for somebody who has none, if there can be one.
    public func prepareFirstToken() async {
        _ = await catalogue.storage()
    }

    private func refuse(_ presented: String, from address: String) async -> APITokenFinding {
        await guesses.refuse(presented.prefix(256), from: address)
        return .refused
    }
}
