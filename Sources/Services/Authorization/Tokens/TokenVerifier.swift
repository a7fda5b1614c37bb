import MediaModel
import NIOConcurrencyHelpers

/// Verifies tokens with the keys of one moment, and remembers those that were right.
///
/// A viewer presents the same token with every playlist and segment; an elliptic signature takes a tenth of a millisecond to
/// verify, a look into a table next to nothing. What depends on time, address and stream is checked every time.
final class TokenVerifier: Sendable {
    /// Tokens that are remembered: 4,096; then the table begins anew.
    static let mostRemembered = 4_096

    private let keys: [VerificationKey]
    private let issuer: String?
    private let audience: String?
    private let remembered = NIOLockedValueBox<[String: TokenClaims]>([:])

    init(keys: [VerificationKey], issuer: String?, audience: String?) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
    }

    /// What a token allows.
    func claims(of text: String) throws(TokenFault) -> TokenClaims {
        if let known = remembered.withLockedValue({ $0[text] }) { return known }
        let token = try JSONWebToken(text)
        guard ["HS256", "RS256", "ES256"].contains(token.header.alg) else { throw .algorithm(token.header.alg) }
        let candidates = keys.filter { token.header.kid == nil || $0.id == nil || $0.id == token.header.kid }
        guard !candidates.isEmpty else { throw .unknownKey }
        guard let key = candidates.first(where: { token.isSigned(with: $0) }) else { throw .wrongSignature }
        // What this server signed itself is for itself, whatever others must say.
        let claims = try token.claims(issuer: key.isOwn ? nil : issuer, audience: key.isOwn ? nil : audience)
        remembered.withLockedValue { remembered in
            if remembered.count >= Self.mostRemembered { remembered = [:] }
            remembered[text] = claims
        }
        return claims
    }

    /// Whether a token says that it is signed with a public key which is not known here.
    func lacksKey(of text: String) -> Bool {
        guard let header = try? JSONWebToken(text).header, ["RS256", "ES256"].contains(header.alg) else { return false }
        guard let id = header.kid else { return !keys.contains(where: \.isPublic) }
        return !keys.contains { $0.id == id }
    }

    /// What a signed address allows.
    func claims(of address: SignedAddress, for path: StreamPath) throws(TokenFault) -> TokenClaims {
        try address.claims(for: path, keys: keys)
    }
}
