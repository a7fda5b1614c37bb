import EndpointCore
import Logging
import NIOCore

/// Closes a connection that takes nothing of the answers that wait for it.
///
/// The HTTP server bounds how long a connection is silent between requests, and waits for ever while an answer is under
/// way: who asked and does not read would keep the connection, its place and whole segments. This handler stands at the
/// socket, where all versions of HTTP and TLS come by. Whoever takes a little stays, however slow: large writes count by
/// what has gone of them, and what lies in the kernel's own buffer, which may be megabytes, by what the peer's system has
/// acknowledged. Where the kernel does not tell that, a peer that empties this buffer more slowly than the limit is taken
/// for one that takes nothing.
///
/// What cannot be seen here are streams of HTTP/2 whose peer reads, but gives them no window: see ``StreamAnswerBounds``.
final class AnswerBounds: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let clients: ProxiedAddresses
    private let logger: Logger
    private let acknowledgedBytes: (any Channel) -> UInt64?
    private var bytesWritten = 0
    private var progress = AnswerProgress(from: .init(sent: 0))
    /// There is one while something waits, and at most ten seconds longer.
    private var nextLook: Scheduled<Void>?
    /// Streams of HTTP/2 that are viewers of endless answers.
    private var viewers = 0

    /// Makes the bounds of one connection.
    ///
    /// - Parameters:
    ///   - clients: knows whose connection it is.
    ///   - logger: is told of a connection that is closed.
    ///   - acknowledgedBytes: what the kernel tells of a connection.
    init(
        _ clients: ProxiedAddresses, _ logger: Logger,
        acknowledgedBytes: @escaping (any Channel) -> UInt64? = { $0.acknowledgedBytes }
    ) {
        self.clients = clients
        self.logger = logger
        self.acknowledgedBytes = acknowledgedBytes
    }

    /// Leaves the connection alone while one of its streams is a viewer's: for those there are rules of their own.
    func leaveAlone(whileOpen stream: any Channel) {
        viewers += 1
        stream.closeFuture.assumeIsolated().whenComplete { _ in self.viewers -= 1 }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        bytesWritten &+= unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        guard nextLook == nil else { return }
        let waiting = Self.waitingBytes(context.channel)
        guard waiting > 0 else { return }
        progress = AnswerProgress(from: mark(context.channel, waiting))
        lookLater(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        nextLook?.cancel()
        nextLook = nil
    }

    private func lookLater(_ context: ChannelHandlerContext) {
        nextLook = context.eventLoop.assumeIsolated().scheduleTask(in: AnswerProgress.pause) { [self] in look(context) }
    }

    private func look(_ context: ChannelHandlerContext) {
        nextLook = nil
        let waiting = Self.waitingBytes(context.channel)
        guard waiting > 0 else { return }
        let hasStalled = progress.hasStalled(at: mark(context.channel, waiting))
        guard hasStalled, viewers == 0 else { return lookLater(context) }
        logger.noteStall(of: clients.address(of: context.channel), "connection closed")
        context.close(promise: nil)
    }

    /// Bytes that the channel has and the socket did not take; none once it is closed.
    private static func waitingBytes(_ channel: any Channel) -> Int {
        (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func mark(_ channel: any Channel, _ waiting: Int) -> AnswerProgress.Mark {
        .init(sent: bytesWritten &- waiting, acknowledged: acknowledgedBytes(channel))
    }
}

extension Logger {
    /// Tells that an answer was given up because nobody takes it.
    func noteStall(of client: SocketAddress?, _ message: Logger.Message) {
        let seconds = AnswerProgress.limit.nanoseconds / 1_000_000_000
        info(
            message,
            metadata: [
                "peer.address": "\(client?.hostAndPort ?? "unknown")", "protocol": "http",
                "reason": "the peer took nothing of an answer for \(seconds) s",
            ])
    }
}
