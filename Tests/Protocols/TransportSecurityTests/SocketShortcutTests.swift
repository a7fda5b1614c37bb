import EndpointCore
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import TransportSecurity

@Suite("The shortcut into the socket of a connection inside TLS")
struct SocketShortcutTests {
    /// Writes numbered blocks as soon as the handshake is over, and notes whether the socket was ever full.
    private final class Flood: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let sizes: [Int]
        private let wasFull: EventLoopPromise<Bool>

        init(_ sizes: [Int], wasFull: EventLoopPromise<Bool>) {
            self.sizes = sizes
            self.wasFull = wasFull
        }

        /// The client says when to begin.
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let shortcut = try? context.pipeline.syncOperations.handler(type: SocketShortcut.self)
            var isFull = false
            for (number, size) in sizes.enumerated() {
                let block = ByteBuffer(repeating: UInt8(truncatingIfNeeded: number), count: size)
                // As its users do, with and without a wish to hear of the end.
                let promise = number.isMultiple(of: 2) ? context.eventLoop.makePromise(of: Void.self) : nil
                context.writeAndFlush(NIOAny(block), promise: promise)
                if shortcut?.isClear == false { isFull = true }
            }
            wasFull.succeed(isFull)
            context.close(mode: .output, promise: nil)
        }
    }

    /// Checks that blocks come whole and in order.
    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let sizes: [Int]
        private var block = 0
        private var missing: Int
        private let done: EventLoopPromise<Bool>

        init(_ sizes: [Int], done: EventLoopPromise<Bool>) {
            self.sizes = sizes
            missing = sizes[0]
            self.done = done
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            for byte in unwrapInboundIn(data).readableBytesView {
                while missing == 0, block + 1 < sizes.count {
                    block += 1
                    missing = sizes[block]
                }
                guard missing > 0, byte == UInt8(truncatingIfNeeded: block) else { return done.succeed(false) }
                missing -= 1
            }
            if block + 1 == sizes.count, missing == 0 { done.succeed(true) }
        }

        func channelInactive(context: ChannelHandlerContext) {
            done.succeed(false)
        }
    }

    /// Whether the socket was full while `sizes` were sent, and whether they arrived.
    private func send(_ sizes: [Int], isStalling: Bool) async throws -> (wasFull: Bool, arrived: Bool) {
        let folder = try Folder()
        let store = try CertificateStore(
            [folder.certificate("a", names: ["localhost"])], profiles: [TLSProfile()],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let security = store.security(TLSProfile())
        let group = MultiThreadedEventLoopGroup.singleton
        let wasFull = group.any().makePromise(of: Bool.self)
        let arrived = group.any().makePromise(of: Bool.self)
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try security.secure(channel)
                    try channel.pipeline.syncOperations.addHandler(Flood(sizes, wasFull: wasFull))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        defer { server.close(promise: nil) }
        let trust = try TLSClient(trust: .anybody)
        let client = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    _ = try trust.secure(channel, to: "localhost")
                    try channel.pipeline.syncOperations.addHandler(Reader(sizes, done: arrived))
                }
            }
            .connect(host: "127.0.0.1", port: server.localAddress?.port ?? 0).get()
        defer { client.close(promise: nil) }
        try await client.writeAndFlush(ByteBuffer(string: "go"))
        if isStalling {
            // The server writes into a socket that nobody reads.
            try await client.setOption(.autoRead, value: false).get()
            _ = try await wasFull.futureResult.get()
            try await client.setOption(.autoRead, value: true).get()
        }
        return (try await wasFull.futureResult.get(), try await arrived.futureResult.get())
    }

    @Test("what a socket takes at once goes by nobody else")
    func atOnce() async throws {
        let (wasFull, arrived) = try await send([1, 100, 5_000, 16_384], isStalling: false)
        #expect(!wasFull)
        #expect(arrived)
    }

    @Test("what it does not take waits, and nothing overtakes it")
    func full() async throws {
        let sizes = (0..<400).map { 1 + $0 * 7919 % 60_000 }
        let (wasFull, arrived) = try await send(sizes, isStalling: true)
        #expect(wasFull)
        #expect(arrived)
    }
}
