import EndpointCore
public import MediaModel

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What a token allows, once its signature is known to be right.
public struct TokenClaims: Sendable, Equatable {
    /// What may be done with a stream.
    public enum Action: String, Sendable, CaseIterable {
        /// Watch it.
        case play
        /// Publish it.
        case publish
    }

    /// Streams that a token is for.
    public enum Scope: Sendable, Equatable {
        /// All: `*`.
        case everything
        /// Those of an application: `live/*`.
        case application(String)
        /// One: `live/show`.
        case stream(StreamPath)

        /// Reads a scope as it is written in tokens.
        public init?(_ text: String) {
            if text == "*" {
                self = .everything
            } else if text.hasSuffix("/*"), let path = try? StreamPath(application: String(text.dropLast(2)), name: "x")
            {
                self = .application(path.application)
            } else if let path = try? StreamPath(text) {
                self = .stream(path)
            } else {
                return nil
            }
        }

        /// The scope as it is written in tokens.
        public var text: String {
            switch self {
            case .everything: "*"
            case .application(let name): "\(name)/*"
            case .stream(let path): "\(path)"
            }
        }

        /// Whether a stream is within the scope.
        public func contains(_ path: StreamPath) -> Bool {
            switch self {
            case .everything: true
            case .application(let name): path.application == name
            case .stream(let only): path == only
            }
        }
    }

    /// The streams that it is for.
    public var scopes: [Scope]
    /// What may be done with them.
    public var actions: Set<Action>
    /// Where it may be used from, as ranges of addresses; empty for anywhere.
    public var addresses: [String]
    /// From when on it holds.
    public var notBefore: Date?
    /// When it ends.
    public var expiry: Date

    /// Makes claims.
    public init(
        scopes: [Scope], actions: Set<Action> = [.play], addresses: [String] = [], notBefore: Date? = nil, expiry: Date
    ) {
        self.scopes = scopes
        self.actions = actions
        self.addresses = addresses
        self.notBefore = notBefore
        self.expiry = expiry
    }

    /// How far the clocks of this machine and of the signer may be apart: 5 s.
    static let clockTolerance = 5.0

    /// Holds the claims against what is wanted.
    func check(_ action: Action, _ path: StreamPath, from address: String, now: Date) throws(TokenFault) {
        guard now < expiry else { throw .expired }
        if let notBefore, now.addingTimeInterval(Self.clockTolerance) < notBefore { throw .notYetValid }
        guard actions.contains(action) else { throw .wrongAction }
        guard scopes.contains(where: { $0.contains(path) }) else { throw .wrongStream }
        guard addresses.isEmpty || addresses.contains(where: { AddressRange($0)?.contains(address) == true }) else {
            throw .wrongAddress
        }
    }
}

/// Why a token allows nothing.
enum TokenFault: Error, Equatable, Sendable {
    /// It is longer than `JSONWebToken.longest`.
    case tooLong(bytes: Int)
    /// It is not written as a token.
    case malformed
    /// It is signed in a way that is not taken, such as `none`.
    case algorithm(String)
    /// It demands what is not understood here (`crit`, RFC 7515 §4.1.11).
    case criticalHeader
    /// No key here has the name that it gives, or is of its kind.
    case unknownKey
    /// No key has the name that it gives, neither here nor, by what is known just now, where keys are published.
    case keyNotPublished
    /// No key here has the name that it gives, and where keys are published nobody answers as they should.
    case keysUnavailable
    /// Its signature is not that of the key.
    case wrongSignature
    /// A claim that must be there is missing, or cannot be read.
    case claim(String)
    /// It is of another issuer, or for another audience.
    case notForUs
    /// It was right once.
    case expired
    /// It will be right.
    case notYetValid
    /// It is for something else than what is wanted.
    case wrongAction
    /// It is for other streams.
    case wrongStream
    /// It is for other addresses.
    case wrongAddress

    /// Whether somebody may have made it up: what a right key has signed is no guess.
    var isGuess: Bool {
        switch self {
        case .tooLong, .malformed, .algorithm, .criticalHeader, .unknownKey, .wrongSignature: true
        // Where keys change, the newest is not known everywhere at once.
        case .keyNotPublished, .keysUnavailable: false
        case .claim, .notForUs, .expired, .notYetValid, .wrongAction, .wrongStream, .wrongAddress: false
        }
    }
}
