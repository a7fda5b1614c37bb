import Crypto
import CryptoExtras
import EndpointCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A JSON Web Token in its compact form (RFC 7519, RFC 7515 §3.1): three parts of Base64 with dots between.
struct JSONWebToken {
    /// Bytes of a token: 4,096, what servers and proxies bear in a URL.
    static let longest = 4_096
    /// Streams, addresses or audiences that a token may name: 64.
    static let mostEntries = 64

    struct Header: Decodable {
        var alg: String
        var kid: String?
        var crit: [String]?
    }

    let header: Header
    private let signed: Substring
    private let payload: [UInt8]
    private let signature: [UInt8]

    /// Whether a text can be meant as one.
    static func isWritten(_ text: String) -> Bool { text.hasPrefix("eyJ") }

    /// Takes a token apart; nothing of it is to be believed before `isSigned`.
    init(_ text: String) throws(TokenFault) {
        guard text.utf8.count <= Self.longest else { throw .tooLong(bytes: text.utf8.count) }
        let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]),
            let header = try? JSONDecoder().decode(Header.self, from: Data(head))
        else { throw .malformed }
        guard header.crit == nil else { throw .criticalHeader }
        self.header = header
        self.payload = payload
        self.signature = signature
        signed = text[..<parts[1].endIndex]
    }

    /// Whether the key has signed it, in the way that is the key's and not the token's to choose.
    func isSigned(with key: VerificationKey) -> Bool {
        let signed = Data(signed.utf8)
        return switch key.material {
        case .hmac(let bytes):
            header.alg == "HS256"
                && HMAC<SHA256>.isValidAuthenticationCode(
                    signature, authenticating: signed, using: SymmetricKey(data: bytes))
        case .elliptic(let key):
            header.alg == "ES256"
                && (try? P256.Signing.ECDSASignature(rawRepresentation: signature))
                    .map { key.isValidSignature($0, for: signed) } ?? false
        case .rsa(let key):
            header.alg == "RS256"
                && key.isValidSignature(
                    _RSA.Signing.RSASignature(rawRepresentation: Data(signature)), for: SHA256.hash(data: signed),
                    padding: .insecurePKCS1v1_5)
        }
    }

    /// What it claims.
    ///
    /// - Parameters:
    ///   - issuer: who must have issued it; `nil` for anybody.
    ///   - audience: for whom it must be; `nil` for anybody.
    func claims(issuer: String?, audience: String?) throws(TokenFault) -> TokenClaims {
        let body: Payload
        do {
            body = try JSONDecoder().decode(Payload.self, from: Data(payload))
        } catch {
            throw .claim("payload")
        }
        if let issuer, body.iss != issuer { throw .notForUs }
        if let audience, body.aud?.values.contains(audience) != true { throw .notForUs }
        guard let expiry = body.exp, expiry.isFinite else { throw .claim("exp") }
        let scopes = (body.stream?.values ?? []).prefix(Self.mostEntries).compactMap(TokenClaims.Scope.init)
        guard !scopes.isEmpty else { throw .claim("stream") }
        let words = body.action?.values ?? ["play"]
        let addresses = body.ip?.values ?? []
        guard addresses.count <= Self.mostEntries else { throw .claim("ip") }
        return TokenClaims(
            scopes: scopes, actions: Set(words.compactMap(TokenClaims.Action.init(rawValue:))), addresses: addresses,
            notBefore: body.nbf.flatMap { $0.isFinite ? Date(timeIntervalSince1970: $0) : nil },
            expiry: Date(timeIntervalSince1970: expiry))
    }

    /// Writes a token that this server signs itself (HS256).
    static func make(_ claims: TokenClaims, key id: String, bytes: [UInt8], now: Date) throws -> String {
        let payload = Payload(
            iss: nil, aud: nil, exp: claims.expiry.timeIntervalSince1970.rounded(.up),
            nbf: claims.notBefore?.timeIntervalSince1970, iat: now.timeIntervalSince1970.rounded(.down),
            stream: OneOrMore(claims.scopes.map(\.text)),
            action: claims.actions == [.play] ? nil : OneOrMore(claims.actions.map(\.rawValue).sorted()),
            ip: claims.addresses.isEmpty ? nil : OneOrMore(claims.addresses))
        let head = Base64URL.encode(Array(#"{"alg":"HS256","kid":"\#(id)","typ":"JWT"}"#.utf8))
        let signed = head + "." + Base64URL.encode(try JSONEncoder.ordered().encode(payload))
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: bytes))
        return signed + "." + Base64URL.encode(code)
    }
}

/// The claims that are read; others may be there.
private struct Payload: Codable {
    var iss: String?
    var aud: OneOrMore?
    /// Seconds since 1970.
    var exp: Double?
    var nbf: Double?
    var iat: Double?
    /// `live/show`, `live/*` or `*`.
    var stream: OneOrMore?
    /// `play`, `publish`; `play` where nothing is said.
    var action: OneOrMore?
    /// Addresses and networks.
    var ip: OneOrMore?
}

/// A text, or a list of texts.
private struct OneOrMore: Codable {
    var values: [String]

    init(_ values: [String]) {
        self.values = values
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let one = try? container.decode(String.self) {
            values = [one]
        } else {
            values = try container.decode([String].self)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if values.count == 1 { try container.encode(values[0]) } else { try container.encode(values) }
    }
}
