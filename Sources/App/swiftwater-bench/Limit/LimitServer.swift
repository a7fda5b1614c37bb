import NIOCore
import NIOPosix
import RTMPSession

/// Lets RTMP players in, and ticks.
final class LimitServer {
    private var broadcast: LimitBroadcast
    private let gather: TimeAmount
    private let eventLoop: any EventLoop

    private init(gather: TimeAmount, rhythm: EncoderRhythm, eventLoop: any EventLoop) {
        broadcast = LimitBroadcast(rhythm: rhythm, start: .now())
        self.gather = gather
        self.eventLoop = eventLoop
    }

    /// Serves until the program is ended.
    static func run(port: Int, gather: TimeAmount, rhythm: EncoderRhythm) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let server = try await eventLoop.submit {
            let server = LimitServer(gather: gather, rhythm: rhythm, eventLoop: eventLoop)
            server.tick()
            return NIOLoopBound(server, eventLoop: eventLoop)
        }.get()
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LimitConnection(server: server.value))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        try await channel.closeFuture.get()
    }

    func add(_ socket: CInt) { broadcast.add(socket) }
    func remove(_ socket: CInt) { broadcast.remove(socket) }

    private func tick() {
        let now = NIODeadline.now()
        broadcast.writeFrames(until: now.uptimeNanoseconds)
        broadcast.send()
        let next = gather > .zero ? now + gather : .uptimeNanoseconds(broadcast.nextDue)
        eventLoop.assumeIsolated().scheduleTask(deadline: next) { self.tick() }
    }
}

/// One player's connection: the RTMP conversation goes through it, the stream past it.
private final class LimitConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: LimitServer
    private var session: RTMPServerSession
    private var socket: CInt?

    init(server: LimitServer) {
        self.server = server
        var configuration = RTMPServerSession.Configuration()
        configuration.chunkSize = UInt32(LimitBroadcast.chunkSize)
        var random = SystemRandomNumberGenerator()
        session = RTMPServerSession(configuration: configuration, now: .now(), using: &random)
    }

    func channelActive(context: ChannelHandlerContext) {
        drain(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(RTMPFault) {
            try session.receive(unwrapInboundIn(data), now: .now())
            try answer(context)
        } catch {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let socket { server.remove(socket) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ context: ChannelHandlerContext) throws(RTMPFault) {
        while let output = session.nextOutput() {
            switch output {
            case .send(let bytes): context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            case .event(.connectRequested(let request)):
                try session.perform(.acceptConnect(request.id), now: .now())
            case .event(.playRequested(let request)):
                try session.perform(.acceptPlay(request.id), now: .now())
                drain(context)
                begin(context)
            case .event: break
            case .close: context.close(promise: nil)
            }
        }
    }

    private func drain(_ context: ChannelHandlerContext) {
        while case .send(let bytes) = session.nextOutput() {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
    }

    private func begin(_ context: ChannelHandlerContext) {
        var headers = ByteBuffer()
        IndependentChunks.write(
            type: .video, timestamp: 0, messageStreamID: 1, chunkStreamID: 6, payload: StampedBody.videoConfiguration,
            chunkSize: LimitBroadcast.chunkSize, into: &headers)
        IndependentChunks.write(
            type: .audio, timestamp: 0, messageStreamID: 1, chunkStreamID: 4, payload: StampedBody.audioConfiguration,
            chunkSize: LimitBroadcast.chunkSize, into: &headers)
        context.writeAndFlush(wrapOutboundOut(headers), promise: nil)
        socket = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            $0
        }
        if let socket { server.add(socket) }
    }
}
