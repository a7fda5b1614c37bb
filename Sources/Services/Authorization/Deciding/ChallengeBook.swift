import Crypto
import EndpointCore

/// The nonces of challenges: made without being remembered, and good once, for a minute, for one address and user.
///
/// Each step of a challenge comes on a connection of its own, so what a nonce was made for stands in it, sealed.
struct ChallengeBook: Sendable {
    /// Seconds for which a nonce is good: 60, more than the slowest encoder takes to connect again.
    static let lifetime: UInt64 = 60
    /// Nonces that are remembered as used: 8,192.
    ///
    /// With more in one minute nobody is let in by a challenge.
    static let mostUsed = 8_192

    private let key: SymmetricKey
    private var used: [String: UInt64] = [:]

    init(key: SymmetricKey = SymmetricKey(size: .bits256)) {
        self.key = key
    }

    /// A new nonce.
    ///
    /// - Parameters:
    ///   - chance: tells it from others of the same second.
    ///   - seconds: the time.
    func make(user: String, address: String, chance: UInt64, seconds: UInt64) -> String {
        let head = "\(String(seconds, radix: 36))-\(String(chance, radix: 36))"
        return "\(head)-\(seal(head, user, address))"
    }

    /// Whether a nonce is good, which it is no more afterwards.
    mutating func redeem(_ nonce: String, user: String, address: String, seconds: UInt64) -> Bool {
        let parts = nonce.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count <= 13, let made = UInt64(parts[0], radix: 36), made <= seconds,
            seconds - made <= Self.lifetime, used[nonce] == nil
        else { return false }
        let expected = Secret(seal("\(parts[0])-\(parts[1])", user, address))
        guard expected.matches(parts[2]) else { return false }
        if used.count >= Self.mostUsed {
            used = used.filter { seconds < $0.value + Self.lifetime }
            guard used.count < Self.mostUsed else { return false }
        }
        used[nonce] = made
        return true
    }

    /// A salt for users who are not known: the same for each of them every time, and written like everybody's, so that
    /// it does not tell who is known.
    func salt(of user: String, application: String) -> String {
        var words = CodeWords(bytes: Array(code("salt", user, application)))
        return SecretText.salt(using: &words)
    }

    private func seal(_ head: String, _ user: String, _ place: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let bytes = code(head, user, place).prefix(16)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private func code(_ head: String, _ user: String, _ place: String) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array("\(head)\n\(user)\n\(place)".utf8), using: key)
    }
}

/// The words of a code, one after the other: chance that is the same each time.
private struct CodeWords: RandomNumberGenerator {
    let bytes: [UInt8]
    var place = 0

    mutating func next() -> UInt64 {
        var word: UInt64 = 0
        for _ in 0..<(UInt64.bitWidth / UInt8.bitWidth) {
            // Of a code that is used up, the first bytes come again.
            word = word << 8 | UInt64(bytes[place % bytes.count])
            place += 1
        }
        return word
    }
}
