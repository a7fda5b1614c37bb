/// A parameter of a client's URL, as far as it matters whether a hook may see it.
public struct HookParameter: Sendable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: String
    /// The application that the client wants something of.
    public let application: String
    let act: HookQuestion.Act

    /// Whether the client wants to play; otherwise to publish.
    public var isForPlaying: Bool { act == .play }
}
