import EndpointCore
import MediaModel

/// What an admission hook is asked now and then: whether a session may go on.
struct HookUpdate: Sendable {
    /// What the client does.
    let act: HookQuestion.Act
    let path: StreamPath
    let client: ClientFacts
    /// The name that the client asked for, where a hook gave it another.
    var askedName: String?
    /// The parameters of the client's URL, in order, without keys and tokens of this server.
    var query: [(name: String, value: String)] = []
    /// Whether our own form shows them.
    var showsQuery = false
    /// What the session has carried so far, and for how long.
    var carried = HookNotice.Carried(seconds: 0)
    /// How far the client has come in its stream, by the times of its frames.
    var timestampMilliseconds: Int64 = 0

    /// For how long the session has lasted.
    var seconds: Double { carried.seconds }
}
