import Crypto
import EndpointCore

/// Proves that a message is ours, and of when: `Swiftwater-Signature: t=1790000000,v1=…`.
///
/// `v1` is HMAC-SHA256 in hexadecimal digits, with the shared secret, over the seconds since 1970, a full stop, and the
/// body. Receivers hold `t` against their clock, so that nobody can send an old message again.
enum HookSignature {
    static let headerName = "Swiftwater-Signature"

    static func header(secret: Secret, body: [UInt8], seconds: Int64) -> String {
        let key = SymmetricKey(data: Array(secret.revealed.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(seconds).".utf8) + body, using: key)
        let digits = Array("0123456789abcdef".utf8)
        let text = String(decoding: code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        return "t=\(seconds),v1=\(text)"
    }
}
