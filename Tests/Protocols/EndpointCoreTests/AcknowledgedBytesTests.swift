import EndpointCore
import NIOCore
import NIOPosix
import TestSupport
import Testing

#if os(Linux)
    @Suite("What a peer's system has acknowledged")
    struct AcknowledgedBytesTests {
        @Test("grows by what is sent to a peer who takes it, and by nothing else")
        func taken() async throws {
            let group = MultiThreadedEventLoopGroup.singleton
            let (accepted, continuation) = AsyncStream.makeStream(of: (any Channel).self)
            let listener = try await ServerBootstrap(group: group)
                .childChannelInitializer { channel in
                    continuation.yield(channel)
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let address = try #require(listener.localAddress)
            let client = try await ClientBootstrap(group: group).connect(to: address).get()
            var arrivals = accepted.makeAsyncIterator()
            let channel = try #require(await arrivals.next())
            func acknowledged() async throws -> UInt64 {
                try #require(try await channel.eventLoop.submit { channel.acknowledgedBytes }.get())
            }
            let before = try await acknowledged()
            try await channel.writeAndFlush(ByteBuffer(repeating: 7, count: 1_000))
            try await eventually("the bytes are acknowledged") { try await acknowledged() >= before + 1_000 }
            let after = try await acknowledged()
            #expect(after <= before + 1_001)
            #expect(try await acknowledged() == after)
            try await client.close()
            try await listener.close()
        }
    }
#endif
