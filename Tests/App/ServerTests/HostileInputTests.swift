import ConfigurationReading
import EndpointCore
import NIOCore
import RTMPEndpoint
import RTMPSession
import ServerAssembly
import TestSupport
import Testing

@Suite("Server: what bad input gets")
struct HostileInputTests {
    /// Every one of these is closed by the server; a publisher beside it notices nothing.
    @Test(
        "is closed, and touches nobody else",
        arguments: [
            ("HTTP on the RTMP port", "474554202f20485454502f312e310d0a0d0a", false, "httpRequest"),
            ("TLS on the RTMP port", "160301020001000000", false, "tlsOnPlainPort"),
            ("chunk size 0", "02 000000 000004 01 00000000 00000000", true, "chunkSizeOutOfRange"),
            ("chunk size with the top bit", "02 000000 000004 01 00000000 80000000", true, "chunkSizeOutOfRange"),
            ("a message longer than the limit", "04 000000 ffffff 14 00000000", true, "messageTooLong"),
            ("a chunk stream that was never opened", "c7", true, "chunkStreamNotOpened"),
            (
                "publish before connect",
                "08 000000 000021 14 01000000 0200077075626c697368 004014000000000000 05 0200036b6579 0200046c697665",
                true, "commandBeforeConnect"
            ),
            (
                "a billion entries", "03 000000 000012 14 00000000 020001780000000000000000000a3b9aca00", true,
                "malformedCommand"
            ),
        ])
    func refused(what: String, hex: String, afterHandshake: Bool, reason: String) async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            let raw = try await RawConnection.open(to: server.addresses.rtmp)
            let bytes = ByteBuffer(hex: hex)
            _ = try await raw.exchange(afterHandshake ? [RawConnection.handshake, bytes] : [bytes])
            try await closing(for: reason, on: server)
            try await publisher.sendGroup()
            await publisher.end()
        }
    }

    /// Waits until a session was closed for a reason; its end alone might be that of a time limit.
    private func closing(for reason: String, on server: RunningServer) async throws {
        try await eventually("it is closed for \(reason)") { server.closingReasons.contains { $0.contains(reason) } }
    }

    @Test("half a handshake and silence is closed after the time that was set")
    func silence() async throws {
        try await RunningServer.with {
            $0.rtmp.handshakeTimeout = .milliseconds(200)
        } _: { server in
            let raw = try await RawConnection.open(to: server.addresses.rtmp)
            let answer = try await raw.exchange([ByteBuffer(bytes: [3] + [UInt8](repeating: 0, count: 700))])
            #expect(answer.readableBytes <= 1 + 1536)
            try await closing(for: "the peer kept silent for too long", on: server)
        }
    }

    @Test("a handshake byte by byte is closed after the time that was set, however long it takes")
    func trickle() async throws {
        try await RunningServer.with {
            $0.rtmp.handshakeTimeout = .milliseconds(200)
        } _: { server in
            let raw = try await RawConnection.open(to: server.addresses.rtmp)
            try await raw.conversation([ByteBuffer(bytes: [3])]) { _, send in
                try await eventually("the connection is closed") {
                    (try? await send(ByteBuffer(bytes: [0]))) == nil
                }
            }
            try await closing(for: "the peer kept silent for too long", on: server)
        }
    }

    @Test("65,536 chunk streams are too many")
    func chunkStreams() async throws {
        // The first of two chunks.
        var halfMessage = ByteBuffer(hex: "000000 000100 14 00000000")
        halfMessage.writeRepeatingByte(0, count: 128)
        var flood = ByteBuffer()
        for id in UInt32(64)..<UInt32(65_536 + 64 - 64) {
            let value = UInt16(id - 64)
            flood.writeMultipleIntegers(UInt8(0x01), UInt8(value & 0xFF), UInt8(value >> 8))
            flood.writeImmutableBuffer(halfMessage)
        }
        try await RunningServer.with { server in
            let raw = try await RawConnection.open(to: server.addresses.rtmp)
            _ = try await raw.exchange([RawConnection.handshake, flood])
            try await closing(for: "tooManyChunkStreams", on: server)
        }
    }

    @Test("AMF nested a thousand deep is refused")
    func nesting() async throws {
        var payload = ByteBuffer(hex: "020007 636f6e6e656374 003ff0000000000000")
        for _ in 0..<1000 { payload.writeImmutableBuffer(ByteBuffer(hex: "03 0001 61")) }
        var message = ByteBuffer()
        var writer = ChunkStreamWriter()
        writer.write(
            RTMPMessage(type: .command, timestamp: 0, messageStreamID: 0, payload: payload), chunkStreamID: 3,
            into: &message)
        try await RunningServer.with { server in
            let raw = try await RawConnection.open(to: server.addresses.rtmp)
            _ = try await raw.exchange([RawConnection.handshake, message])
            try await closing(for: "malformedCommand", on: server)
        }
    }

    @Test("an illegal name is refused with a status", arguments: ["../etc", "a b", "x\u{0}", ""])
    func illegalNames(name: String) async throws {
        try await RunningServer.with { server in
            let client = try await server.client("live/any")
            client.perform(.publish(name: name))
            var refusal: RTMPStatusCode?
            for await event in client.events {
                if case .failed(let code, _) = event { refusal = code }
            }
            #expect(refusal == .publishBadName)
        }
    }

    @Test("an address of one part is refused with the form that an address has")
    func addressWithoutName() async throws {
        try await RunningServer.with { server in
            let client = try await server.client("mystream")
            client.perform(.publish(name: ""))
            var said = ""
            for await event in client.events {
                if case .failed(_, let description) = event { said = description }
            }
            #expect(said.contains("rtmp://HOST/live/mystream"))
        }
    }

    @Test("a viewer who never reads is closed; others and the publisher are not touched")
    func stalledViewer() async throws {
        try await RunningServer.with {
            $0.otherApplications.slowViewer.closeAfter = .milliseconds(500)
        } _: { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            let player = try await SyntheticPlayer.begin("live/show", on: server)
            try await eventually("the player starts") { await player.hasStarted }
            let stalled = try await RawConnection.open(to: server.addresses.rtmp)
            var groups = 0
            try await stalled.withoutReading([
                RawConnection.handshake, RawConnection.connect, RawConnection.createStream, RawConnection.play("show"),
            ]) {
                try await eventually("the stalled viewer is closed") {
                    try await publisher.sendGroup(of: 25, padding: 20_000)
                    groups += 1
                    try await eventually("the other gets everything") {
                        await player.frames(.video).count == groups * 25 + 1
                    }
                    return server.closingReasons.contains("the viewer took nothing for too long")
                }
            }
            await player.close()
            await publisher.end()
        }
    }
}
