public import EndpointCore
public import NIOCore
import NIOHTTP1
import NIOPosix
public import RTMPSession

/// A connection to an RTMP server, for publishing to it or playing from it.
public final class RTMPClient: Sendable {
    /// Most events that wait for a slow reader.
    ///
    /// Default 10,000, two minutes of an ordinary stream; beyond it the connection is closed rather than events be lost
    /// unseen.
    public static let mostWaitingEvents = 10_000

    /// What the server does, ending when the connection does.
    public let events: AsyncStream<RTMPClientSession.Event>
    private let connection: NIOLoopBound<RTMPClientConnection>
    private let channel: any Channel

    private init(
        events: AsyncStream<RTMPClientSession.Event>, connection: NIOLoopBound<RTMPClientConnection>,
        channel: any Channel
    ) {
        self.events = events
        self.connection = connection
        self.channel = channel
    }

    /// Connects to a server, and begins the session.
    ///
    /// - Parameter security: what encrypts the connection where the address is `rtmps`.
    /// - Throws: whatever the network says, `SecurityFailure` when the server is not to be trusted; refusals of the server
    ///   come as events.
    public static func connect(
        _ configuration: RTMPClientSession.Configuration, security: (any ClientSecurity)? = nil,
        eventLoops: any EventLoopGroup
    ) async throws -> RTMPClient {
        let url = configuration.url
        if url.isSecure, security == nil { throw SecurityFailure("nothing here encrypts connections") }
        let (events, continuation) = AsyncStream.makeStream(
            of: RTMPClientSession.Event.self, bufferingPolicy: .bufferingOldest(mostWaitingEvents))
        let (channel, connection, secured) = try await ClientBootstrap(group: eventLoops)
            .connectTimeout(.seconds(10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: url.host, port: url.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = RTMPClientConnection(configuration, events: continuation)
                    if configuration.url.isTunnelled { try addTunnel(to: configuration.url, on: channel) }
                    try channel.pipeline.syncOperations.addHandler(connection)
                    let secured = url.isSecure ? try security?.secure(channel, to: url.host) : nil
                    return (channel, NIOLoopBound(connection, eventLoop: channel.eventLoop), secured)
                }
            }
        try await secured?.get()
        return RTMPClient(events: events, connection: connection, channel: channel)
    }

    /// Puts a tunnel through HTTP between the socket and the connection.
    private static func addTunnel(to url: RTMPURL, on channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
        try channel.pipeline.syncOperations.addHandler(TunnelClientHandler(host: url.host, port: url.port))
    }

    /// Tells the session what is wanted.
    public func perform(_ command: RTMPClientSession.Command) {
        channel.eventLoop.execute { self.connection.value.perform(command) }
    }

    /// Sends media of an accepted publish, and returns when the socket has taken it.
    ///
    /// - Throws: when the connection is gone.
    public func send(_ media: [RTMPMedia]) async throws {
        try await channel.eventLoop.flatSubmit { self.connection.value.send(media) }.get()
    }

    /// Closes the connection without a word to the server.
    public func abandon() async {
        try? await channel.close().get()
    }

    /// Ends everything in good order, and returns when the connection is closed.
    public func close() async {
        perform(.close)
        try? await channel.closeFuture.get()
    }
}

/// Drives a client session with the bytes and times of one connection.
final class RTMPClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long the server may take to read what is said last: 5 s, as a server grants its clients.
    private static let farewell = TimeAmount.seconds(5)

    private var session: RTMPClientSession
    private let events: AsyncStream<RTMPClientSession.Event>.Continuation
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var lastWrite: EventLoopFuture<Void>?

    init(
        _ configuration: RTMPClientSession.Configuration,
        events: AsyncStream<RTMPClientSession.Event>.Continuation
    ) {
        self.events = events
        var random = SystemRandomNumberGenerator()
        session = RTMPClientSession(
            configuration: configuration, cryptography: configuration.url.isEncrypted ? LibCrypto() : nil, now: .now(),
            using: &random)
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        drain()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        attempt { session, now throws(RTMPFault) in try session.receive(self.unwrapInboundIn(data), now: now) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        timer?.cancel()
        events.finish()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func perform(_ command: RTMPClientSession.Command) {
        attempt { session, now throws(RTMPFault) in try session.perform(command, now: now) }
    }

    func send(_ media: [RTMPMedia]) -> EventLoopFuture<Void> {
        guard let context else { return channelClosed }
        for item in media { perform(.send(item)) }
        return lastWrite ?? context.eventLoop.makeSucceededVoidFuture()
    }

    private var channelClosed: EventLoopFuture<Void> {
        MultiThreadedEventLoopGroup.singleton.any().makeFailedFuture(ChannelError.ioOnClosedChannel)
    }

    private func attempt(_ body: (inout RTMPClientSession, NIODeadline) throws(RTMPFault) -> Void) {
        guard let context else { return }
        do throws(RTMPFault) {
            try body(&session, context.eventLoop.now)
        } catch {
            drain()
            context.close(promise: nil)
            return
        }
        drain()
    }

    /// Closes once what was said last is on its way: a socket that is full would lose it.
    private func closeWhenSent() {
        guard let context else { return }
        guard let lastWrite else { return context.close(promise: nil) }
        let limit = context.eventLoop.assumeIsolated().scheduleTask(in: Self.farewell) {
            context.close(promise: nil)
        }
        context.channel.closeFuture.whenComplete { _ in limit.cancel() }
        lastWrite.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    private func drain() {
        while let output = session.nextOutput() {
            switch output {
            case .send(let bytes):
                lastWrite = context?.writeAndFlush(wrapOutboundOut(bytes))
            case .event(let event):
                if case .dropped = events.yield(event) { context?.close(promise: nil) }
            case .close:
                closeWhenSent()
            }
        }
        timer?.cancel()
        guard let context, let deadline = session.nextDeadline else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.attempt { session, now throws(RTMPFault) in try session.deadlineReached(now: now) }
        }
    }
}
