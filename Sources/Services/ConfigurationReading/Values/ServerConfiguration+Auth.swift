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
