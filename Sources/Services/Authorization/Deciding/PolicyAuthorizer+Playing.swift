import ConfigurationReading
public import EndpointCore
import MediaModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension PolicyAuthorizer {
    /// Decides on a wish to play.
    ///
    /// Where tokens are needed, everything needs one, from this machine too: a proxy on it speaks for everybody.
    public func authorizePlay(_ wish: StreamWish) async -> StreamDecision {
        if SecretText.isReserved(wish.name) { return .deny(.keyAsName) }
        let path: StreamPath
        do throws(StreamPath.Fault) {
            path = try StreamPath(application: wish.application, name: wish.name)
        } catch {
            return .deny(.illegalName(error))
        }
        let configuration = configuration()
        // A secret of the configuration need not look like one.
        guard configuration.auth.keys.isEmpty || configuration.auth.key(matching: wish.name) == nil else {
            return .deny(.keyAsName)
        }
        let rules = AccessRules(configuration, application: path.application)
        guard rules.players.admit(wish.peerAddress) else { return .deny(.addressRefused) }
        switch rules.play {
        case .open: return .allow(path)
        case .token: return await admit(path, to: wish)
        }
    }

    /// Whether a token is needed there.
    public func looksAtCredentials(toPlayIn application: String) -> Bool { rules(application).play != .open }

    private func admit(_ path: StreamPath, to wish: StreamWish) async -> StreamDecision {
        let address = wish.peerAddress
        let token = wish.query.first { $0.name == "token" && !$0.value.isEmpty }?.value
        let signed = SignedAddress(wish.query)
        guard let secret = token ?? signed?.signature else { return .deny(.tokenRequired) }
        guard !guesses.isBanned(address) else { return .deny(.tooManyAttempts) }
        do throws(TokenFault) {
            let claims =
                if let token { try await tokenKeys.claims(of: token) } else if let signed {
                    try await tokenKeys.verifier().claims(of: signed, for: path)
                } else { throw TokenFault.malformed }
            try claims.check(.play, path, from: address, now: Date())
            return .allow(path)
        } catch {
            let refusal: StreamRefusal =
                switch error {
                case .expired: .tokenExpired
                case .wrongAddress: .addressRefused
                case .keysUnavailable: .unavailable
                default: .tokenRefused
                }
            return error.isGuess ? await refuse(secret, from: address, refusal) : .deny(refusal)
        }
    }
}
