import Crypto
import MediaModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A URL's signature that any back end can compute: `?exp=1790000000&sig=…`, and `&ip=192.0.2.0/24` to bind it.
///
/// `sig` is Base64 for URLs of HMAC-SHA256 over `play`, the stream's path, `exp` and `ip`, each ended by a line feed, the
/// last being empty where there is none.
struct SignedAddress: Sendable, Equatable {
    let expiry: String
    let signature: String
    let address: String

    /// Takes the parameters of a URL; `nil` where it is not signed this way.
    init?(_ query: [(name: String, value: String)]) {
        func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
        guard let signature = value("sig") else { return nil }
        self.signature = signature
        expiry = value("exp") ?? ""
        address = value("ip") ?? ""
    }

    /// What it allows, if one of the keys has signed it.
    func claims(for path: StreamPath, keys: [VerificationKey]) throws(TokenFault) -> TokenClaims {
        guard (1...12).contains(expiry.utf8.count), expiry.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Double(expiry), address.utf8.count <= 64,
            let code = Base64URL.decode(signature.prefix(64)), signature.utf8.count <= 64
        else { throw .malformed }
        let message = Data(Self.message(path, expiry: expiry, address: address).utf8)
        let isSigned = keys.contains { key in
            guard case .hmac(let bytes) = key.material else { return false }
            return HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: message, using: SymmetricKey(data: bytes))
        }
        guard isSigned else { throw .wrongSignature }
        return TokenClaims(
            scopes: [.stream(path)], addresses: address.isEmpty ? [] : [address],
            expiry: Date(timeIntervalSince1970: seconds))
    }

    /// Signs an address, as a back end does.
    static func sign(_ path: StreamPath, expiry: String, address: String = "", key: [UInt8]) -> String {
        let message = Data(message(path, expiry: expiry, address: address).utf8)
        return Base64URL.encode(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }

    private static func message(_ path: StreamPath, expiry: String, address: String) -> String {
        "play\n\(path)\n\(expiry)\n\(address)\n"
    }
}
