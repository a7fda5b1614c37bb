import NIOCore
import NIOEmbedded
import Testing

@testable import TransportSecurity

@Suite("Portions of writes inside TLS")
struct PortionedWritesTests {
    @Test(
        "are cut from longer ones, each flushed but the last, which its owner flushes",
        arguments: [0, 1, 32_639, 32_640, 32_641, 65_280, 100_000])
    func sizes(count: Int) throws {
        let channel = EmbeddedChannel(handler: PortionedWrites())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let bytes = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) })
        let sent = channel.eventLoop.makePromise(of: Void.self)
        channel.write(bytes, promise: sent)
        var said = ByteBuffer()
        while let portion = try channel.readOutbound(as: ByteBuffer.self) {
            #expect(portion.readableBytes == 32_640)
            said.writeImmutableBuffer(portion)
        }
        channel.flush()
        let last = try #require(try channel.readOutbound(as: ByteBuffer.self))
        #expect(last.readableBytes <= 32_640)
        said.writeImmutableBuffer(last)
        #expect(said == bytes)
        try sent.futureResult.wait()
        _ = try channel.finish()
    }
}
