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
    /// What is written like a key of the catalogue is told to be one, whether it is or not: that says nothing.
    /// Where tokens are needed, everything needs one, from this machine too: a proxy on it speaks for everybody.
    public func authorizePlay(_ wish: StreamWish) async -> StreamDecision {
        if SecretText.isReserved(wish.name) { return .deny(.keyAsName) }
        let path: StreamPath
        do throws(StreamPath.Fault) {
            path = try StreamPath(application: wish.application, name: wish.name)
        } catch {
            return .deny(.illegalName(error))
        }
        // A key of the configuration is a name like any other here, under which nothing is ever live: to tell that it is
        // one would let anybody try keys as fast as the server answers.
        let rules = rules(path.application)
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
