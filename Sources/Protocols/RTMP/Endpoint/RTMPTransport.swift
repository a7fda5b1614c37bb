import EndpointCore
import NIOCore
import StreamHealth
import StreamHub

/// What carries the bytes of one RTMP connection: a socket of its own, or whatever else brings bytes in order.
///
/// The connection is told of bytes that came, of room to send, and of the end, and knows no more of it. Both live on one
/// event loop, where every call is made.
protocol RTMPTransport: AnyObject {
    var eventLoop: any EventLoop { get }

    /// Bytes that were taken so far, whichever way.
    var bytesWritten: Int { get }

    /// What the kernel knows of the line, where there is one line.
    var line: LineFigures? { get }

    /// Sends bytes.
    ///
    /// - Returns: whether more would be taken now; otherwise `RTMPConnection.drained()` follows.
    func write(_ bytes: ByteBuffer) -> Bool

    /// The way past `write` for bytes that `write` would send as they are; `nil` where there is none.
    var directPath: DirectPath? { get }

    /// Counts bytes that were sent along direct paths.
    func countSent(_ bytes: Int)

    /// Closes once everything that waits has been sent, or the peer has had its time to take it.
    func closeWhenDrained()

    /// Closes at once; `RTMPConnection.closed()` follows.
    func close()

    /// The connection publishes: much is going to come.
    func readAsPublisher()

    /// Takes what comes in another way from now on.
    func setReading(_ mode: ReadingMode)
}

extension RTMPTransport {
    /// None, or many.
    var line: LineFigures? { nil }
}
