public import NIOCore

/// When the socket of a connection is read.
public enum ReadingMode: Equatable, Sendable {
    /// As soon as something comes.
    case atOnce
    /// Every so often, together with others of its event loop.
    case every(TimeAmount)
    /// Not at all: what the peer sends waits with the peer once its socket is full.
    case held

    /// Reads every `pace`, or at once where that is zero.
    public init(pace: TimeAmount) {
        self = pace > .zero ? .every(pace) : .atOnce
    }
}
