import ConfigurationReading
import EndpointCore

extension PolicyAuthorizer {
    /// Whether a parameter of a client's URL is a key or a token of this server's, which nobody else is to see.
    ///
    /// Where the server itself decides by tokens, what stands in their place is one, be it right or wrong.
    public func isOwnSecret(name: String, value: String, application: String, isForPlaying: Bool) -> Bool {
        if SecretText.isReserved(value) { return true }
        let configuration = configuration()
        if !configuration.auth.keys.isEmpty, configuration.auth.key(matching: value) != nil { return true }
        let rules = AccessRules(configuration, application: application)
        if isForPlaying { return rules.play == .token && ["token", "sig"].contains(name) }
        return rules.publish != .open && JSONWebToken.isWritten(value)
    }
}
