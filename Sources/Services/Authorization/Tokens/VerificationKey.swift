import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A key that tokens are verified with.
///
/// It decides itself how: a public key is never taken for a shared secret because a token says so (RFC 8725 §3.1).
struct VerificationKey: Sendable {
    enum Material: Sendable {
        /// HS256.
        case hmac([UInt8])
        /// ES256.
        case elliptic(P256.Signing.PublicKey)
        /// RS256.
        case rsa(_RSA.Signing.PublicKey)
    }

    /// Names the key in tokens; `nil` where it has no name.
    var id: String?
    var material: Material
    /// Whether it is this server's own.
    var isOwn = false

    /// Whether whoever has it can verify, and not sign.
    var isPublic: Bool { if case .hmac = material { false } else { true } }
}

/// Public keys as a service publishes them: a JSON Web Key Set (RFC 7517 §5).
struct JSONWebKeySet: Sendable {
    /// Bytes of a set: 64 KiB, a hundred keys.
    static let longest = 64 << 10
    /// Keys that are taken of a set: 32.
    static let mostKeys = 32

    /// The keys that can be used here; others are passed over (RFC 7517 §5).
    let keys: [VerificationKey]

    /// Reads a set; `nil` when it is none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.longest, let set = try? JSONDecoder().decode(KeySet.self, from: Data(bytes)) else {
            return nil
        }
        keys = set.keys.prefix(Self.mostKeys).compactMap(\.verificationKey)
    }

    private struct KeySet: Decodable {
        var keys: [Key]
    }

    private struct Key: Decodable {
        var kty: String
        var kid: String?
        var use: String?
        var alg: String?
        var crv: String?
        var x: String?
        var y: String?
        var n: String?
        var e: String?

        var verificationKey: VerificationKey? {
            guard use == nil || use == "sig" else { return nil }
            switch kty {
            case "EC":
                // Secrets (`oct`) are not taken: a set is public.
                guard crv == "P-256", alg == nil || alg == "ES256", let x = x.flatMap(Base64URL.decode), x.count == 32,
                    let y = y.flatMap(Base64URL.decode), y.count == 32,
                    let key = try? P256.Signing.PublicKey(x963Representation: [0x04] + x + y)
                else { return nil }
                return VerificationKey(id: kid, material: .elliptic(key))
            case "RSA":
                // 2,048 bits at least (RFC 7518 §3.3), and no more than verifying is worth.
                guard alg == nil || alg == "RS256", let n = n.flatMap(Base64URL.decode),
                    (256...1_024).contains(n.count),
                    let e = e.flatMap(Base64URL.decode), (1...8).contains(e.count),
                    let key = try? _RSA.Signing.PublicKey(n: n, e: e)
                else { return nil }
                return VerificationKey(id: kid, material: .rsa(key))
            default:
                return nil
            }
        }
    }
}
