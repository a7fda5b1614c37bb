public import MediaModel
public import NIOCore

/// Where a viewer's bytes go: one connection.
///
/// Called on the viewer's event loop only.
public protocol ViewerSink: AnyObject {
    /// The stream is live; bytes follow at once, so this is the moment to write what must come before them.
    func streamStarted()

    /// These are the stream's tracks from here on, whether or not the viewer's format can carry them.
    ///
    /// Called where the viewer starts, before the first byte of the stream is written, and whenever they, or the
    /// metadata, have changed at a sync frame.
    func tracksInForce(_ tracks: [Track])

    /// Takes bytes to be sent, in order.
    ///
    /// - Returns: whether more would be taken now. After `false` the sink calls `Viewer.drained()` when it has sent
    ///   what it holds.
    func write(_ bytes: ByteBuffer) -> Bool

    /// The way past `write` for bytes that `write` would send as they are; `nil` where there is none.
    ///
    /// Asked when the viewer has everything up to now, and used until it is found shut. A sink that wants to see the
    /// bytes again calls `Viewer.leaveDirectPath()`.
    var directPath: DirectPath? { get }

    /// Counts bytes that went past `write`.
    ///
    /// A lane tells one of its sinks what all of them sent: they are of one format, and so of one protocol.
    func sentDirectly(_ bytes: Int)

    /// The stream is over; nothing follows.
    func streamEnded(_ ending: StreamEnding)

    /// The viewer took nothing for longer than it may; the connection is to be closed.
    func fellBehind()
}

extension ViewerSink {
    /// Nobody wants to know.
    public func tracksInForce(_ tracks: [Track]) {}

    /// Every byte goes through `write`.
    public var directPath: DirectPath? { nil }

    /// Nothing goes past `write`.
    public func sentDirectly(_ bytes: Int) {}
}

/// How a stream came to its end.
public enum StreamEnding: Sendable {
    /// The publisher said that it is done.
    case unpublished
    /// The publisher vanished and did not return in time.
    case lost
}
