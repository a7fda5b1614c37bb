public import Metrics
public import NIOCore
import NIOPosix
public import StreamHub

/// Writes to one connection: straight into the socket while it takes everything, through the pipeline for what it does
/// not take.
///
/// One `send` per viewer and batch is the cost of live delivery; the way through a channel pipeline costs half as much
/// again. The short cut is sound because of four things that hold together: every byte of the connection is written by
/// this object or along its `directPath`; both are used on the channel's event loop only; the path is open only while NIO
/// holds none of the connection's bytes, so that nothing can overtake them; and it is shut before NIO closes the socket
/// for us, or in the same turn of the event loop in which NIO closes it by itself, before anybody else's code runs there.
/// Where there is no plain socket (TLS, tests, other transports) every byte goes through the pipeline; under TLS a
/// ``SocketShortcut`` at its end tells at once whether the socket took everything.
public final class ConnectionWriter {
    /// Bytes that may wait for a peer that does not read.
    ///
    /// Default 4 MiB: several batches and any answer of ours. A connection that has more waiting is closed when it asks for
    /// another write; a single write may be of any size.
    public static let pendingLimit = 4 << 20
    /// Writes that may wait for a peer that does not read.
    ///
    /// Default 4,096: each costs memory beside its bytes, and a peer can ask for many small answers.
    public static let pendingWritesLimit = 4_096
    /// How long a peer may take to read what is left when the connection is being closed, and to close its own side.
    ///
    /// 5 s: a socket's buffer over a slow line.
    private static let farewell = TimeAmount.seconds(5)

    private enum Phase {
        case open
        /// Nothing more is written; what waits is still sent.
        case closing
        case closed
    }

    private let context: ChannelHandlerContext
    /// The way straight into the socket; `nil` where there is no plain one.
    public let directPath: DirectPath?
    /// What stands at the end of the pipeline of a connection under TLS.
    private let shortcut: SocketShortcut?
    private var pendingWrites = 0
    /// Whether the owner was told that a write has to wait.
    private var owesDrained = false
    private var pendingBytes = 0
    private var phase = Phase.open {
        didSet { if phase != .open { directPath?.shut() } }
    }
    private let bytesSent: Counter
    private let onDrained: () -> Void

    /// Bytes that were handed over so far, to this object or to the direct path.
    public var bytesWritten: Int { throughPipeline + (directPath?.bytesTaken ?? 0) }
    private var throughPipeline = 0

    /// Makes the writer of a connection.
    ///
    /// Called on its event loop once it is active.
    ///
    /// - Parameters:
    ///   - context: the place in the pipeline from which bytes go out as they are; it must be given up with
    ///     `invalidate` when the handler leaves the pipeline.
    ///   - isPlain: whether the bytes go on the wire as they are; false under TLS.
    ///   - bytesSent: who counts the bytes.
    ///   - onDrained: called when everything that had to wait has been sent.
    public init(context: ChannelHandlerContext, isPlain: Bool, bytesSent: Counter, onDrained: @escaping () -> Void) {
        self.bytesSent = bytesSent
        self.context = context
        self.onDrained = onDrained
        shortcut = isPlain ? nil : try? context.pipeline.syncOperations.handler(type: SocketShortcut.self)
        #if canImport(Glibc) || canImport(Musl)
            directPath =
                isPlain
                ? try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                    DirectPath(socket: $0)
                } : nil
        #else
            directPath = nil
        #endif
    }

    /// Whether nothing waits to be sent.
    public var isDrained: Bool { pendingWrites == 0 }

    /// Sends bytes.
    ///
    /// - Returns: whether the socket took them all; otherwise `onDrained` follows.
    @discardableResult
    public func write(_ bytes: ByteBuffer) -> Bool {
        guard phase == .open else { return true }
        bytesSent.increment(by: bytes.readableBytes)
        guard let directPath else { return writeThroughPipeline(bytes) }
        let taken = bytes.withUnsafeReadableBytes { directPath.send($0) }
        if taken == bytes.readableBytes { return true }
        // A broken socket takes nothing; the pipeline will meet the same error and close the channel in order.
        var rest = bytes
        rest.moveReaderIndex(forwardBy: taken)
        return writeThroughPipeline(rest)
    }

    /// Counts bytes that were sent along direct paths, this connection's or those of others of its kind.
    public func countSent(_ bytes: Int) {
        bytesSent.increment(by: bytes)
    }

    /// Closes the connection once everything that waits has been sent, or the peer has had its time to read it.
    ///
    /// Our side is closed first: a full close with bytes of the peer still unread would be a reset, and could take the
    /// last thing that we said out of the peer's hands.
    public func closeWhenDrained() {
        guard phase == .open else { return }
        phase = .closing
        let limit = context.eventLoop.assumeIsolated().scheduleTask(in: Self.farewell) { [context] in
            context.close(promise: nil)
        }
        context.channel.closeFuture.whenComplete { _ in limit.cancel() }
        let halfClosed = context.eventLoop.makePromise(of: Void.self)
        halfClosed.futureResult.assumeIsolated().whenFailure { [context] _ in context.close(promise: nil) }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { [context] _ in
            context.close(mode: .output, promise: halfClosed)
        }
        context.writeAndFlush(NIOAny(ByteBuffer()), promise: sent)
    }

    /// Closes the connection at once.
    public func close() {
        guard phase != .closed else { return }
        phase = .closed
        context.close(promise: nil)
    }

    /// The connection is gone, or the handler has left its pipeline: nothing is written any more.
    public func invalidate() {
        phase = .closed
    }

    private func writeThroughPipeline(_ bytes: ByteBuffer) -> Bool {
        guard pendingBytes <= Self.pendingLimit, pendingWrites < Self.pendingWritesLimit else {
            close()
            return true
        }
        let count = bytes.readableBytes
        throughPipeline += count
        var rest = bytes
        if pendingWrites == 0, let shortcut, shortcut.isClear {
            context.writeAndFlush(NIOAny(bytes), promise: nil)
            if shortcut.isClear { return true }
            // What is left of it cannot be waited for; what comes behind it can.
            rest = ByteBuffer()
        }
        pendingWrites += 1
        directPath?.shut()
        pendingBytes += count
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { result in
            self.pendingWrites -= 1
            self.pendingBytes -= count
            guard case .success = result, self.pendingWrites == 0, self.phase == .open else { return }
            self.directPath?.open()
            guard self.owesDrained else { return }
            self.owesDrained = false
            self.onDrained()
        }
        context.writeAndFlush(NIOAny(rest), promise: sent)
        if pendingWrites > 0 { owesDrained = true }
        return pendingWrites == 0
    }
}
