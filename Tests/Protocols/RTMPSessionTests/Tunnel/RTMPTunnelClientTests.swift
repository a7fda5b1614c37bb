import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("The client's end of a tunnel through HTTP")
struct RTMPTunnelClientTests {
    private let start = NIODeadline.uptimeNanoseconds(0)

    /// A client whose tunnel is open, and called `7`.
    private func opened() throws -> TunnelClientProbe {
        let client = TunnelClientProbe()
        #expect(client.nextRequest(at: start)?.path == "/open/1")
        #expect(client.nextRequest(at: start) == nil)
        #expect(try client.receive(200, ByteBuffer(string: "7\n"), at: start).readableBytes == 0)
        return client
    }

    @Test("what is written goes out with send, and without anything to say idle asks, after a pause when nothing came")
    func exchange() throws {
        let client = try opened()
        client.write(ByteBuffer(hex: "0102"))
        let first = try #require(client.nextRequest(at: start))
        #expect(first.path == "/send/7/0")
        #expect(first.body.hex == "0102")
        client.write(ByteBuffer(hex: "03"))
        #expect(client.nextRequest(at: start) == nil)
        #expect(try client.receive(200, ByteBuffer(hex: "01aabb"), at: start).hex == "aabb")
        #expect(client.nextRequest(at: start)?.path == "/send/7/1")
        #expect(try client.receive(200, ByteBuffer(hex: "01"), at: start).readableBytes == 0)
        #expect(client.nextRequest(at: start) == nil)
        let wake = try #require(client.value.nextRequestAt)
        #expect(wake == start + RTMPTunnelClient.pause)
        #expect(client.nextRequest(at: wake)?.path == "/idle/7/2")
        #expect(client.value.nextRequestAt == nil)
    }

    @Test("closing says what is left first")
    func close() throws {
        let client = try opened()
        client.write(ByteBuffer(hex: "09"))
        client.close()
        #expect(!client.value.isClosed)
        #expect(client.nextRequest(at: start)?.path == "/send/7/0")
        _ = try client.receive(200, ByteBuffer(hex: "01"), at: start)
        #expect(client.nextRequest(at: start)?.path == "/close/7/1")
        #expect(client.value.isClosed)
        _ = try client.receive(200, ByteBuffer(hex: "00"), at: start)
        #expect(client.nextRequest(at: start + .seconds(9)) == nil)
    }

    @Test("a server that refuses, names no tunnel or answers nothing is a fault")
    func faults() throws {
        let refused = try opened()
        _ = refused.nextRequest(at: start)
        #expect(throws: RTMPTunnelClient.Fault.status(404)) {
            _ = try refused.receive(404, ByteBuffer(), at: start)
        }
        #expect(refused.value.isClosed)
        for name in ["", "\n", "a b", "../x", "é", String(repeating: "7", count: 65)] {
            let client = TunnelClientProbe()
            _ = client.nextRequest(at: start)
            #expect(throws: RTMPTunnelClient.Fault.noTunnel) {
                _ = try client.receive(200, ByteBuffer(string: name), at: start)
            }
        }
        let empty = try opened()
        _ = empty.nextRequest(at: start)
        #expect(throws: RTMPTunnelClient.Fault.emptyAnswer) {
            _ = try empty.receive(200, ByteBuffer(), at: start)
        }
    }

    @Test("bytes go through both ends in both directions as they are, whoever asks when")
    func bothEnds() throws {
        var random = SeededGenerator(seed: 3)
        let client = TunnelClientProbe()
        let server = TunnelProbe(RTMPTunnel(now: start))
        let id = RTMPTunnelID(using: &random)
        var (toServer, toClient, atServer, atClient) = (ByteBuffer(), ByteBuffer(), ByteBuffer(), ByteBuffer())
        var now = start
        for _ in 0..<200 {
            now = now + .milliseconds(30)
            if random.next() % 2 == 0 {
                let bytes = random.bytes(1...40)
                client.write(bytes)
                toServer.writeImmutableBuffer(bytes)
            }
            if random.next() % 2 == 0 {
                let bytes = random.bytes(1...40)
                _ = server.write(bytes)
                toClient.writeImmutableBuffer(bytes)
            }
            guard let request = client.nextRequest(at: now) else { continue }
            var answer = ByteBuffer(string: id.text + "\n")
            if case .call(let call) = RTMPTunnelRequest(path: request.path) {
                guard case .bytes(let bytes) = try server.receive(call, request.body, at: now) else {
                    Issue.record("nothing is closed or repeated here")
                    return
                }
                atServer.writeImmutableBuffer(bytes)
                answer = server.answer()
            }
            atClient.writeImmutableBuffer(try client.receive(200, answer, at: now))
        }
        #expect(atServer.readableBytes > 1000 && atClient.readableBytes > 1000)
        #expect(toServer.readableBytesView.starts(with: atServer.readableBytesView))
        #expect(toClient.readableBytesView.starts(with: atClient.readableBytesView))
        #expect(toServer.readableBytes - atServer.readableBytes == client.value.waitingBytes)
    }
}
