public import EndpointCore

extension ApplicationConfiguration {
    /// Who may publish and play in one application.
    public struct Auth: Sendable, Equatable {
        /// How encoders that know it are asked for user and password when they connect.
        public enum Challenge: String, Sendable, CaseIterable {
            /// Not at all: keys stand in names and URLs.
            case off
            /// As Adobe's servers did.
            case adobe
            /// As Limelight's servers did.
            case llnw
        }

        /// Who may publish; `nil` for what holds for the server (`auth.publish`).
        ///
        /// Default `nil`.
        public var publish: ServerConfiguration.Auth.PublishPolicy?
        /// Who may play; `nil` for what holds for the server (`auth.play`).
        ///
        /// Default `nil`.
        public var play: ServerConfiguration.Auth.PlayPolicy?
        /// How encoders are asked for user and password.
        ///
        /// Default `off`: an encoder that is asked and has none cannot publish with a key as its stream name any more.
        public var challenge = Challenge.off
        /// The addresses that may publish.
        ///
        /// Default all.
        public var publishers = AddressRules()
        /// The addresses that may play.
        ///
        /// Default all.
        public var players = AddressRules()

        /// Makes the section with its defaults.
        public init() {}
    }
}
