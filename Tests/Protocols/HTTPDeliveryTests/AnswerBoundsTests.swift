import EndpointCore
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPDelivery

/// A socket that takes what it is sent only while its peer reads.
private final class Socket: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    var isRead = false

    func flush(context: ChannelHandlerContext) {
        if isRead { context.flush() }
    }
}

@Suite("Bounds of answers, at the socket")
struct AnswerBoundsTests {
    private final class Kernel {
        var acknowledged: UInt64?
    }

    private let channel = EmbeddedChannel()
    private let socket = Socket()
    private let kernel = Kernel()
    private let bounds: AnswerBounds
    private let log = RecordedLines()

    init() throws {
        bounds = AnswerBounds(ProxiedAddresses(), log.logger) { [kernel] _ in kernel.acknowledged }
        try channel.pipeline.syncOperations.addHandlers([socket, bounds])
        channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 4000), promise: nil)
    }

    private func send(_ count: Int) {
        channel.writeAndFlush(ByteBuffer(repeating: 7, count: count), promise: nil)
    }

    private func wait(_ seconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
    }

    /// What waits goes out, and nothing more than that.
    private func takeAll() {
        socket.isRead = true
        channel.flush()
        socket.isRead = false
    }

    @Test("a peer that takes nothing for half a minute is closed, with a line in the log")
    func stalled() throws {
        send(1_000_000)
        wait(29)
        #expect(channel.isActive && log.lines.isEmpty)
        wait(1)
        #expect(!channel.isActive)
        let address = channel.remoteAddress?.hostAndPort ?? "unknown"
        #expect(
            log.lines == [
                "info connection closed peer.address=\(address) protocol=http "
                    + "reason=the peer took nothing of an answer for 30 s"
            ])
    }

    @Test("more that is written for it is no sign of the peer")
    func writtenOn() {
        for _ in 0..<30 {
            send(10)
            wait(1)
        }
        #expect(!channel.isActive)
    }

    @Test("a peer that takes something now and then stays, though something always waits")
    func slow() {
        for _ in 0..<20 {
            send(1_000)
            wait(25)
            takeAll()
            send(1_000)
        }
        #expect(channel.isActive)
    }

    @Test("what the peer's system acknowledges counts, though the kernel takes nothing more from us")
    func acknowledged() {
        kernel.acknowledged = 0
        send(1_000_000)
        for round in 1...20 {
            wait(25)
            kernel.acknowledged = UInt64(round)
        }
        #expect(channel.isActive)
        wait(40)
        #expect(!channel.isActive)
    }

    @Test("a peer that has taken everything may be silent for as long as it likes")
    func drained() {
        socket.isRead = true
        send(1_000)
        wait(600)
        socket.isRead = false
        send(1_000)
        wait(20)
        takeAll()
        wait(600)
        #expect(channel.isActive)
        // And nothing of that time is counted later.
        send(1_000)
        wait(29)
        #expect(channel.isActive)
    }

    @Test("a connection one of whose streams is a viewer's is left to the rules for viewers")
    func viewer() {
        let stream = EmbeddedChannel(loop: channel.embeddedEventLoop)
        bounds.leaveAlone(whileOpen: stream)
        send(1_000)
        wait(600)
        #expect(channel.isActive)
        stream.close(promise: nil)
        wait(10)
        #expect(!channel.isActive)
    }
}
