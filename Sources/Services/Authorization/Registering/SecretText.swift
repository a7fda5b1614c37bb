import EndpointCore
import TextCoding

/// How the secrets are written that the server makes: a prefix that says what for, and 160 bits of chance.
///
/// The prefix tells a key from a stream's name, so that one which has ended is never taken for a name and shown; and it
/// lets programs that search repositories and logs for secrets find them.
enum SecretText {
    /// What a secret is for.
    enum Purpose: String, Sendable, CaseIterable {
        /// Publishing one live stream.
        case streamKey = "swk_"
        /// Administering the server.
        case apiToken = "swt_"
    }

    /// Letters after the prefix, of five bits each.
    private static let length = 32

    /// Makes a secret.
    static func make(_ purpose: Purpose) -> Secret {
        var random = SystemRandomNumberGenerator()
        return make(purpose, using: &random)
    }

    static func make(_ purpose: Purpose, using generator: inout some RandomNumberGenerator) -> Secret {
        Secret(purpose.rawValue + ChanceText.make(letters: length, using: &generator))
    }

    /// Chance that is no secret, such as a salt.
    static func salt() -> String {
        var random = SystemRandomNumberGenerator()
        return salt(using: &random)
    }

    static func salt(using generator: inout some RandomNumberGenerator) -> String {
        ChanceText.make(letters: 16, using: &generator)
    }

    /// Whether a text is written like a secret for a purpose, be it one or not.
    static func isWritten(_ text: some StringProtocol, as purpose: Purpose) -> Bool {
        text.hasPrefix(purpose.rawValue)
    }

    /// Whether a stream's name would be taken for a secret.
    static func isReserved(_ name: some StringProtocol) -> Bool {
        Purpose.allCases.contains { isWritten(name, as: $0) }
    }
}
