import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport
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

    /// Sends bytes, and keeps everything that comes while `body` runs, which may send more.
    func conversation(
        _ pieces: [ByteBuffer],
        _ body: (NIOLockedValueBox<ByteBuffer>, (ByteBuffer) async throws -> Void) async throws -> Void
    ) async throws {
        let received = NIOLockedValueBox(ByteBuffer())
        try await channel.executeThenClose { inbound, outbound in
            for piece in pieces { try await outbound.write(piece) }
            let reading = Task {
                for try await part in inbound { _ = received.withLockedValue { $0.writeImmutableBuffer(part) } }
            }
            defer { reading.cancel() }
            try await body(received) { try await outbound.write($0) }
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

/// What a client says, byte by byte.
extension RawConnection {
    /// C0, C1 of a simple handshake, and C2: accepted whatever it holds.
    static let handshake = ByteBuffer(
        bytes: [3] + [UInt8](repeating: 0, count: 8) + [UInt8](repeating: 7, count: 1528 + 1536))
    /// `connect` to the application `live`.
    static let connect = ByteBuffer(
        hex: """
            03 000000 00006a 14 00000000 020007636f6e6e656374 003ff0000000000000 03 0003617070 0200046c697665
            000474797065 02000a6e6f6e70726976617465 0008666c617368566572 020008464d4c452f332e30 0005746355726c
            02001572746d703a2f2f3132372e302e302e312f6c697665 000009
            """)
    /// `createStream`, which gives message stream 1.
    static let createStream = ByteBuffer(
        hex: "03 000000 000019 14 00000000 02000c63726561746553747265616d 004010000000000000 05")
    /// `createStream`, and `publish` of `key` on message stream 1.
    static let publishKey = ByteBuffer(
        hex: """
            03 000000 000019 14 00000000 02000c63726561746553747265616d 004010000000000000 05
            08 000000 000021 14 01000000 0200077075626c697368 004014000000000000 05 0200036b6579 0200046c697665
            """)
    /// `deleteStream` of message stream 1.
    static let deleteStream = ByteBuffer(
        hex: """
            03 000000 000022 14 00000000 02000c64656c65746553747265616d 004018000000000000 05 003ff0000000000000
            """)

    /// `play` of a name on message stream 1.
    static func play(_ name: String) -> ByteBuffer {
        var payload = ByteBuffer(hex: "020004706c6179 004014000000000000 05 02")
        payload.writeInteger(UInt16(name.utf8.count))
        payload.writeString(name)
        payload.writeImmutableBuffer(ByteBuffer(hex: "00c09f400000000000"))
        var message = ByteBuffer(hex: "08 000000 0000")
        message.writeInteger(UInt8(payload.readableBytes))
        message.writeImmutableBuffer(ByteBuffer(hex: "14 01000000"))
        message.writeImmutableBuffer(payload)
        return message
    }
}
