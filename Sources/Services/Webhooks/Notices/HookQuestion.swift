import EndpointCore
import MediaModel

/// What an admission hook is asked: whether somebody may publish, or play, a stream.
struct HookQuestion: Sendable {
    /// What the client wants to do.
    enum Act: String, Sendable {
        case publish, play
    }

    let act: Act
    /// The stream that the client asked for, after the server's own keys were exchanged for names.
    let path: StreamPath
    let client: ClientFacts
    /// The parameters of the client's URL, in order, without keys and tokens of this server.
    let query: [(name: String, value: String)]
    /// Whether our own form shows them.
    let showsQuery: Bool
}
