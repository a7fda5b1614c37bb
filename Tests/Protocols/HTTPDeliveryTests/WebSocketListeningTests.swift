import NIOCore
import NIOEmbedded
import NIOWebSocket
import TestSupport
import Testing

@testable import HTTPDelivery

@Suite("WebSocket: what a viewer says")
struct WebSocketListeningTests {
    /// What the frames of some bytes call for, in order; all are masked with 00 00 00 00 unless the bytes say otherwise.
    private func reactions(to hex: String) throws -> [WebSocketListening.Reaction] {
        let channel = EmbeddedChannel(
            handler: ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: WebSocketListening.longestFrame)))
        var listening = WebSocketListening()
        var reactions: [WebSocketListening.Reaction] = []
        do {
            try channel.writeInbound(ByteBuffer(hex: hex))
        } catch {
            reactions.append(try #require(WebSocketListening.reaction(to: error)))
        }
        var frames: [WebSocketListening.Reaction] = []
        while let frame = try channel.readInbound(as: WebSocketFrame.self) { frames.append(listening.receive(frame)) }
        return frames + reactions
    }

    private func status(of reaction: WebSocketListening.Reaction?) -> UInt16? {
        guard case .fail(let code, _) = reaction else { return nil }
        return UInt16(webSocketErrorCode: code)
    }

    @Test("pings are answered with their content, pongs and messages with nothing")
    func manners() throws {
        #expect(try reactions(to: "8982 01020304 6968") == [.pong(ByteBuffer(string: "hj"))])
        #expect(try reactions(to: "8980 00000000") == [.pong(ByteBuffer())])
        #expect(try reactions(to: "8a80 00000000 8181 00000000 61 8281 00000000 61") == [.nothing, .nothing, .nothing])
        // A message in three pieces, with a ping within.
        #expect(
            try reactions(to: "0181 00000000 61 8980 00000000 0081 00000000 61 8081 00000000 61")
                == [.nothing, .pong(ByteBuffer()), .nothing, .nothing])
    }

    @Test("a close is answered with its own status")
    func close() throws {
        #expect(try reactions(to: "8880 00000000") == [.close(ByteBuffer())])
        #expect(try reactions(to: "8882 00000000 03e8") == [.close(ByteBuffer(hex: "03e8"))])
        #expect(try reactions(to: "8885 00000000 0fa0 627965") == [.close(ByteBuffer(hex: "0fa0"))])
    }

    @Test(
        "whoever breaks the protocol is told so",
        arguments: [
            ("8900", 1002),  // no mask
            ("c180 00000000", 1002),  // a reserved bit
            ("8380 00000000", 1002),  // a reserved opcode
            ("8b80 00000000", 1002),  // a reserved control opcode
            ("8080 00000000", 1002),  // a continuation of nothing
            ("0180 00000000 8180 00000000", 1002),  // a message within a message
            ("0980 00000000", 1002),  // a ping in fragments
            ("89fe 0080 00000000", 1002),  // a ping of 128 bytes
            ("82fe 1001 00000000", 1009),  // a message of 4,097 bytes
            ("82ff 0000000100000000 00000000", 1009),  // one of 4 GiB
            ("82ff ffffffffffffffff 00000000", 1009),  // one of a length with the highest bit
            ("8881 00000000 03", 1002),  // a close with half a status
            ("8882 00000000 03ed", 1002),  // a close with a status that is never sent
            ("8882 00000000 0000", 1002),  // a close with a status that is none
            ("8883 00000000 03e8ff", 1007),  // a close whose reason is no text
        ] as [(String, UInt16)])
    func faults(hex: String, code: UInt16) throws {
        #expect(status(of: try reactions(to: hex).last) == code)
    }

    @Test("errors of another kind are not WebSocket's")
    func others() {
        #expect(WebSocketListening.reaction(to: ChannelError.eof) == nil)
    }
}
