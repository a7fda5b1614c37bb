import ConfigurationReading
public import EndpointCore
import MediaModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension PolicyAuthorizer {
    /// The parameters by which keys are given: `key` and `token`, and what other servers' users have in their URLs.
    static let keyParameters = ["key", "token", "pass", "password"]

    /// Decides on a wish to publish.
    ///
    /// A key is given as the name itself, as encoders with one field for a "stream key" do, or as a parameter. Given as the
    /// name it says alone which stream is published; given as a parameter it opens the stream that was asked for. A key
    /// that is wrong does no harm where none is needed, unless it stands for the name: then it is no name.
    public func authorizePublish(_ wish: StreamWish) async -> StreamDecision {
        let address = wish.peerAddress
        let key = configuration().auth.key(matching: wish.name)
        if key != nil || SecretText.isReserved(wish.name) { return await admit(keyAsName: wish) }
        let path: StreamPath
        do throws(StreamPath.Fault) {
            path = try StreamPath(application: wish.application, name: wish.name)
        } catch {
            return .deny(.illegalName(error))
        }
        let rules = rules(path.application)
        guard rules.publishers.admit(address) else { return await refuse(wish, .addressRefused) }
        if rules.isFree(fromThisMachine: wish.isFromThisMachine) || wish.login?.paths.contains(path) == true {
            return .allow(path)
        }
        return await admit(path, with: wish)
    }

    private func admit(keyAsName wish: StreamWish) async -> StreamDecision {
        let address = wish.peerAddress
        guard !guesses.isBanned(address) else { return .deny(.tooManyAttempts) }
        switch await find(wish.name, from: address) {
        case .opens(let path):
            return rules(path.application).publishers.admit(address) ? .allow(path) : .deny(.addressRefused)
        case .unknown: return await refuse(wish.name, from: address, .keyRefused)
        case let finding: return .deny(finding.refusal)
        }
    }

    private func admit(_ path: StreamPath, with wish: StreamWish) async -> StreamDecision {
        let address = wish.peerAddress
        let secrets = wish.query.filter { Self.keyParameters.contains($0.name) && !$0.value.isEmpty }.map(\.value)
        guard !secrets.isEmpty else { return await refuse(wish, .keyRequired) }
        guard !guesses.isBanned(address) else { return .deny(.tooManyAttempts) }
        var refusal = StreamRefusal.keyRefused
        var wrong: [String] = []
        for secret in secrets.prefix(Self.keyParameters.count) {
            if JSONWebToken.isWritten(secret) {
                switch await check(token: secret, .publish, path, from: address) {
                case nil: return .allow(path)
                case .expired?: refusal = .keyExpired
                case .keysUnavailable?: refusal = .unavailable
                case let fault?: if fault.isGuess { wrong.append(secret) }
                }
                continue
            }
            switch await find(secret, from: address) {
            case .opens(path): return .allow(path)
            // The key of another stream is no guess, but opens nothing here.
            case .opens: break
            case .unknown: wrong.append(secret)
            case let finding: refusal = finding.refusal
            }
        }
        return await refuse(wish, wrong: wrong, refusal)
    }

    /// Refuses a wish whose name is no key, and notes what may have been guesses.
    ///
    /// Keys of the configuration may be short, and may be given as the name: where there are some, a name that opens
    /// nothing may have been tried as one, whatever stands beside it and whatever it is refused for. The same name again
    /// is no new guess, so an encoder that merely lacks its key is not shut out.
    private func refuse(
        _ wish: StreamWish, wrong secrets: [String] = [], _ refusal: StreamRefusal
    ) async -> StreamDecision {
        let guessed = secrets + (configuration().auth.keys.isEmpty ? [] : [wish.name])
        guard !guessed.isEmpty else { return .deny(refusal) }
        // Who is shut out is told the same of a right key.
        guard !guesses.isBanned(wish.peerAddress) else { return .deny(.tooManyAttempts) }
        await guesses.refuse(all: guessed, from: wish.peerAddress)
        return .deny(refusal)
    }

    /// Why a token does not allow what is wanted; `nil` where it does.
    func check(
        token: String, _ action: TokenClaims.Action, _ path: StreamPath, from address: String
    ) async -> TokenFault? {
        do throws(TokenFault) {
            try await tokenKeys.claims(of: token).check(action, path, from: address, now: Date())
            return nil
        } catch {
            return error
        }
    }
}

extension KeyFinding {
    /// What is said of it to whoever presented the secret.
    fileprivate var refusal: StreamRefusal {
        switch self {
        case .opens, .unknown: .keyRefused
        case .expired: .keyExpired
        case .elsewhere: .addressRefused
        case .unavailable: .unavailable
        }
    }
}
