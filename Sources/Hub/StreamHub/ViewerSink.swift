public import NIOCore

/// Where a viewer's bytes go: one connection.
///
/// Called on the viewer's event loop only.
public protocol ViewerSink: AnyObject {
    /// The stream is live; bytes follow at once, so this is the moment to write what must come before them.
    func streamStarted()

    /// Takes bytes to be sent, in order.
    ///
    /// - Returns: whether more would be taken now. After `false` the sink calls `Viewer.drained()` when it has sent
    ///   what it holds.
    func write(_ bytes: ByteBuffer) -> Bool

    /// The stream is over; nothing follows.
    func streamEnded(_ ending: StreamEnding)

    /// The viewer took nothing for longer than it may; the connection is to be closed.
    func fellBehind()
}

/// How a stream came to its end.
public enum StreamEnding: Sendable {
    /// The publisher said that it is done.
    case unpublished
    /// The publisher vanished and did not return in time.
    case lost
}
