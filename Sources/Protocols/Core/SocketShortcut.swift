public import NIOCore
import NIOPosix
import StreamHub

/// Sends what is ready for the wire straight into the socket, past the channel's own queue, while nothing waits there.
///
/// The queue of a channel costs as much for each write as encryption does. This handler takes its place for connections
/// inside TLS, whose bytes cannot go along the ``DirectPath`` of a lane; it stands between what encrypts and the socket, so
/// that every byte of the connection comes by it, and none can overtake another. What the socket does not take goes
/// through the channel, and so does everything after it until that is sent.
public final class SocketShortcut: ChannelDuplexHandler {
    /// What comes from the socket passes untouched.
    public typealias InboundIn = NIOAny
    /// Encrypted bytes.
    public typealias OutboundIn = ByteBuffer
    /// Those that the socket did not take at once.
    public typealias OutboundOut = ByteBuffer

    private var path: DirectPath?
    /// Writes that the channel has.
    private var waitingWrites = 0

    /// Makes a shortcut for one connection; nothing that writes by itself may stand before it in its pipeline.
    public init() {}

    /// Whether everything that was written so far is in the socket.
    public var isClear: Bool { waitingWrites == 0 && path?.isOpen == true }

    /// Finds the socket.
    public func handlerAdded(context: ChannelHandlerContext) {
        #if canImport(Glibc) || canImport(Musl)
            path = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                DirectPath(socket: $0)
            }
        #endif
    }

    /// Gives the socket up.
    public func handlerRemoved(context: ChannelHandlerContext) {
        giveUpSocket()
    }

    /// Gives the socket up: the channel has closed it in this turn of the event loop.
    public func channelInactive(context: ChannelHandlerContext) {
        giveUpSocket()
        context.fireChannelInactive()
    }

    private func giveUpSocket() {
        path?.shut()
        path = nil
    }

    /// Sends bytes, or hands them on.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let path, waitingWrites == 0 else { return handOn(context, data, promise) }
        var bytes = unwrapOutboundIn(data)
        if bytes.readableBytes > 0 {
            bytes.moveReaderIndex(forwardBy: bytes.withUnsafeReadableBytes { path.send($0) })
        }
        guard bytes.readableBytes > 0 else {
            promise?.succeed()
            return
        }
        // A broken socket takes nothing; the channel will meet the same error and close in order.
        handOn(context, wrapOutboundOut(bytes), promise)
    }

    private func handOn(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        let sent = context.eventLoop.makePromise(of: Void.self)
        waitingWrites += 1
        sent.futureResult.assumeIsolated().whenComplete { result in
            self.waitingWrites -= 1
            // The descriptor is closed already when the channel fails what waits, and everybody hears of it after this.
            if case .failure = result { self.giveUpSocket() }
        }
        sent.futureResult.cascade(to: promise)
        context.write(data, promise: sent)
    }

    /// Nothing is to be flushed where nothing was handed on.
    public func flush(context: ChannelHandlerContext) {
        if waitingWrites > 0 { context.flush() }
    }

    /// Nothing may be sent into a socket that is being closed.
    public func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode != .input { giveUpSocket() }
        context.close(mode: mode, promise: promise)
    }
}
