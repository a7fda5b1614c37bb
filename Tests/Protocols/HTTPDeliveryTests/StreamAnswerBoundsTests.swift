import EndpointCore
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import HTTPDelivery

/// A stream's window: lets parts through one by one.
private final class Window: ChannelOutboundHandler {
    typealias OutboundIn = HTTPResponsePart

    private(set) var lengths: [Int] = []
    private var waiting: [EventLoopPromise<Void>] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .body(let bytes) = unwrapOutboundIn(data) else {
            promise?.succeed()
            return
        }
        lengths.append(bytes.readableBytes)
        if let promise { waiting.append(promise) }
    }

    func letOneThrough() {
        if !waiting.isEmpty { waiting.removeFirst().succeed() }
    }

    func channelClosed() {
        while !waiting.isEmpty { waiting.removeFirst().fail(ChannelError.eof) }
    }
}

@Suite("Bounds of answers, on a stream of HTTP/2")
struct StreamAnswerBoundsTests {
    private let channel = EmbeddedChannel()
    private let window = Window()
    private let log = RecordedLines()

    init() throws {
        try channel.pipeline.syncOperations.addHandlers([window, StreamAnswerBounds(ProxiedAddresses(), log.logger)])
        channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 4000), promise: nil)
    }

    private func send(_ part: HTTPResponsePart, _ promise: EventLoopPromise<Void>? = nil) {
        channel.writeAndFlush(part, promise: promise)
    }

    private func wait(_ seconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
    }

    @Test("a body goes out in portions, and is sent when the last of them is")
    func portions() throws {
        let sent = channel.eventLoop.makePromise(of: Void.self)
        var isSent = false
        sent.futureResult.assumeIsolated().whenSuccess { isSent = true }
        send(.head(HTTPResponse(status: .ok)))
        send(.body(ByteBuffer(repeating: 7, count: 40_000)), sent)
        #expect(window.lengths == [16_384, 16_384, 7_232])
        window.letOneThrough()
        window.letOneThrough()
        #expect(!isSent)
        window.letOneThrough()
        #expect(isSent)
        wait(600)
        #expect(channel.isActive)
    }

    @Test("a stream without window is reset after half a minute, with a line in the log")
    func stalled() {
        send(.body(ByteBuffer(repeating: 7, count: 40_000)))
        wait(29)
        #expect(channel.isActive)
        wait(1)
        #expect(!channel.isActive)
        #expect(log.lines.map { $0.prefix(18) } == ["info stream reset "])
        window.channelClosed()
    }

    @Test("one portion in 25 s is enough")
    func slow() {
        send(.body(ByteBuffer(repeating: 7, count: 10 * 16_384)))
        for _ in 0..<10 {
            wait(25)
            #expect(channel.isActive)
            window.letOneThrough()
        }
        wait(600)
        #expect(channel.isActive)
    }
}
