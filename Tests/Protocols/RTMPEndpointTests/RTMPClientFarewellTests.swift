import NIOCore
import NIOEmbedded
import RTMPSession
import Testing

@testable import RTMPEndpoint

@Suite("A client that takes leave")
struct RTMPClientFarewellTests {
    /// A socket that takes nothing until it is told to.
    private final class FullSocket: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var waiting: [EventLoopPromise<Void>] = []
        private(set) var isClosed = false

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            if let promise { waiting.append(promise) }
        }

        func flush(context: ChannelHandlerContext) {}

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            isClosed = true
            send()
            context.close(mode: mode, promise: promise)
        }

        func send() {
            let sent = waiting
            waiting = []
            for promise in sent { promise.succeed(()) }
        }
    }

    private let loop = EmbeddedEventLoop()
    private let socket = FullSocket()
    private let channel: EmbeddedChannel
    private let connection: RTMPClientConnection

    init() throws {
        let (_, events) = AsyncStream.makeStream(of: RTMPClientSession.Event.self)
        connection = RTMPClientConnection(
            RTMPClientSession.Configuration(url: try RTMPURL("rtmp://192.0.2.1/live/show")), events: events)
        channel = EmbeddedChannel(handlers: [socket, connection], loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1935)).wait()
    }

    @Test("closes when what it said last has been taken, and not before")
    func taken() {
        connection.perform(.close)
        #expect(!socket.isClosed)
        socket.send()
        #expect(socket.isClosed)
        loop.run()
    }

    @Test("or when that takes too long")
    func notTaken() {
        connection.perform(.close)
        loop.advanceTime(by: .milliseconds(4_900))
        #expect(!socket.isClosed)
        loop.advanceTime(by: .milliseconds(200))
        #expect(socket.isClosed)
        loop.run()
    }
}
