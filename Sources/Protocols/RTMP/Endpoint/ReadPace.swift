public import NIOCore

/// How much later than it came a publisher's socket may be read, together with others'.
public struct ReadPace: Sendable, Equatable {
    /// While nobody watches.
    public var unwatched: TimeAmount
    /// While somebody does: a part of the time for which the stream gathers.
    public var watched: TimeAmount

    /// Makes a pace; zero, the default, reads as soon as something comes.
    public init(unwatched: TimeAmount = .zero, watched: TimeAmount = .zero) {
        self.unwatched = unwatched
        self.watched = watched
    }
}
