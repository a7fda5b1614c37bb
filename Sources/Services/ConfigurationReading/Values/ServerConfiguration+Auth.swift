public import EndpointCore
public import MediaModel

extension ServerConfiguration {
    /// Who may publish and play.
    public struct Auth: Sendable, Equatable {
        /// Who may publish.
        public enum PublishPolicy: String, Sendable, CaseIterable {
            /// Anybody.
            case open
            /// Programs on the same machine freely, everybody else with a key.
            case local
            /// Only who has a key.
            case key
        }

        /// Who may play.
        public enum PlayPolicy: String, Sendable, CaseIterable {
            /// Anybody.
            case open
            /// Only who has a token.
            case token
        }

        /// What tokens of players are verified with, besides the server's own key.
        public struct Tokens: Sendable, Equatable {
            /// A secret that is shared with a back end: for signed URLs, and for JWT with HS256.
            ///
            /// Default none.
            public var secret: Secret?
            /// Where public keys are, a JSON Web Key Set, for JWT with RS256 and ES256.
            ///
            /// Default none.
            public var keySet: KeySetPlace?
            /// How often a key set at an address is fetched.
            ///
            /// Default 5 min: a key that its service withdraws is soon worth nothing, and the service is not troubled.
            public var keySetInterval = Duration.seconds(300)
            /// Who must have issued a JWT; `nil` for anybody who has a key.
            public var issuer: String?
            /// For whom a JWT must be; `nil` for anybody.
            public var audience: String?
        }

        /// Where a JSON Web Key Set is.
        public enum KeySetPlace: Sendable, Equatable {
            /// In a file.
            case file(String)
            /// At an address.
            case address(HookURL)
        }

        /// When guessers are shut out.
        public struct Ban: Sendable, Equatable {
            /// Different wrong keys and tokens from one address; 0 for never.
            ///
            /// Default 20: nobody mistypes so often, and a key is not found with a million.
            public var after = 20
            /// How long the address is shut out.
            ///
            /// Default 10 min: long for a program that guesses, and short for people behind the same address.
            public var `for` = Duration.seconds(600)
        }

        /// Who may publish.
        ///
        /// Default `local`: secure from outside, and free of friction for the first try on one's own machine.
        public var publish = PublishPolicy.local
        /// Who may play.
        ///
        /// Default `open`.
        public var play = PlayPolicy.open
        /// The keys of publishers.
        ///
        /// Default none.
        public var keys: [PublishKey] = []
        /// What tokens of players are verified with.
        public var tokens = Tokens()
        /// When guessers are shut out.
        public var ban = Ban()

        /// The key whose secret is `presented`.
        ///
        /// Every entry is compared, in constant time, so that nobody learns from the answer's delay how near a guess was.
        public func key(matching presented: String) -> PublishKey? {
            var found: PublishKey?
            for key in keys where key.secret.matches(presented) { found = key }
            return found
        }

        /// Makes the section with its defaults.
        public init() {}
    }
}

/// A secret that lets its bearer publish one stream.
public struct PublishKey: Sendable, Equatable {
    /// The secret, as the encoder sends it.
    public let secret: Secret
    /// The stream that the bearer publishes.
    public let path: StreamPath
    /// What the operator calls the bearer; may stand in logs.
    public let label: String?

    /// Makes a key.
    public init(secret: Secret, path: StreamPath, label: String? = nil) {
        self.secret = secret
        self.path = path
        self.label = label
    }
}
