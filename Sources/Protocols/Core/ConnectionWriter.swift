public import Metrics
public import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes to one connection: straight into the socket while it takes everything, through the pipeline for what it does
/// not take.
///
/// One `send` per viewer and batch is the cost of live delivery; the way through a channel pipeline costs half as much
/// again. The short cut is sound because of three things that hold together: every byte of the connection is written by
/// this object; it is used on the channel's event loop only; and it goes straight only while NIO holds none of its
/// bytes, so that nothing can overtake them. Where there is no plain socket (TLS, tests, other transports) every byte
/// goes through the pipeline.
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
    private let socket: CInt?
    private var pendingWrites = 0
    private var pendingBytes = 0
    private var phase = Phase.open
    private let bytesSent: Counter
    private let onDrained: () -> Void

    /// Bytes that were handed over so far.
    public private(set) var bytesWritten = 0

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
        #if canImport(Glibc) || canImport(Musl)
            socket =
                isPlain
                ? try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                    $0
                } : nil
        #else
            socket = nil
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
        bytesWritten += bytes.readableBytes
        bytesSent.increment(by: bytes.readableBytes)
        guard pendingWrites == 0, let socket else { return writeThroughPipeline(bytes) }
        let sent = Self.send(bytes, to: socket)
        if sent == bytes.readableBytes { return true }
        // A broken socket takes nothing; the pipeline will meet the same error and close the channel in order.
        var rest = bytes
        rest.moveReaderIndex(forwardBy: max(0, sent))
        return writeThroughPipeline(rest)
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
        pendingWrites += 1
        pendingBytes += bytes.readableBytes
        let count = bytes.readableBytes
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { result in
            self.pendingWrites -= 1
            self.pendingBytes -= count
            if case .success = result, self.pendingWrites == 0, self.phase == .open { self.onDrained() }
        }
        context.writeAndFlush(NIOAny(bytes), promise: sent)
        return pendingWrites == 0
    }

    /// How many bytes the socket took; −1 when it took none, for whatever reason.
    private static func send(_ bytes: ByteBuffer, to socket: CInt) -> Int {
        #if canImport(Glibc) || canImport(Musl)
            bytes.withUnsafeReadableBytes { pointer in
                let flags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
                #if canImport(Glibc)
                    return Glibc.send(socket, pointer.baseAddress, pointer.count, flags)
                #else
                    return Musl.send(socket, pointer.baseAddress, pointer.count, flags)
                #endif
            }
        #else
            -1
        #endif
    }
}
