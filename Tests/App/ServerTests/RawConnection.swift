import NIOCore
import NIOPosix
import Testing

/// A TCP connection that says whatever a test wants.
struct RawConnection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private init(_ channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>) {
        self.channel = channel
    }

    static func open(to address: SocketAddress) async throws -> RawConnection {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(to: address) {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        return RawConnection(channel)
    }

    /// Sends bytes, reads nothing while `body` runs, and closes.
    func withoutReading(_ pieces: [ByteBuffer], _ body: () async throws -> Void) async throws {
        try await channel.executeThenClose { _, outbound in
            for piece in pieces { try await outbound.write(piece) }
            try await body()
        }
    }

    /// Sends bytes, and returns everything that comes until the server closes.
    func exchange(_ pieces: [ByteBuffer]) async throws -> ByteBuffer {
        try await channel.executeThenClose { inbound, outbound in
            var received = ByteBuffer()
            do {
                for piece in pieces { try await outbound.write(piece) }
                for try await part in inbound { received.writeImmutableBuffer(part) }
            } catch {
                // A reset is a way to close.
            }
            return received
        }
    }
}
