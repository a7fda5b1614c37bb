import ConfigurationReading
import EndpointCore
import MediaModel

/// What holds for an application: its own settings, and the server's where it has none.
struct AccessRules: Sendable, Equatable {
    var publish: ServerConfiguration.Auth.PublishPolicy
    var play: ServerConfiguration.Auth.PlayPolicy
    var challenge: ApplicationConfiguration.Auth.Challenge
    var publishers: AddressRules
    var players: AddressRules

    init(_ configuration: ServerConfiguration, application name: String) {
        let application = configuration.application(name).auth
        publish = application.publish ?? configuration.auth.publish
        play = application.play ?? configuration.auth.play
        challenge = application.challenge
        publishers = application.publishers
        players = application.players
    }

    /// Whether a publisher needs no key, who is a program on this machine or is not.
    func isFree(fromThisMachine: Bool) -> Bool {
        switch publish {
        case .open: true
        case .local: fromThisMachine
        case .key: false
        }
    }
}

/// What a presented secret turned out to be.
enum KeyFinding: Sendable, Equatable {
    /// It opens this stream.
    case opens(StreamPath)
    /// It opened a stream once.
    case expired
    /// It opens a stream, but not from this address.
    case elsewhere
    /// It opens nothing.
    case unknown
    /// Nobody could look.
    case unavailable
}
