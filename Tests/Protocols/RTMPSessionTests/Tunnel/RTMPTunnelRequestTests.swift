import RTMPSession
import TestSupport
import Testing

@Suite("Requests of a tunnel through HTTP")
struct RTMPTunnelRequestTests {
    private let id = "00112233445566778899aabbccddeeff"

    @Test("what real clients ask for is understood")
    func real() throws {
        #expect(RTMPTunnelRequest(path: "/fcs/ident2") == .identify)
        #expect(RTMPTunnelRequest(path: "/open/1") == .open)
        let tunnel = try #require(RTMPTunnelID(id))
        #expect(
            RTMPTunnelRequest(path: "/send/\(id)/0")
                == .call(.init(tunnel: tunnel, purpose: .send, sequenceNumber: 0)))
        #expect(
            RTMPTunnelRequest(path: "/idle/\(id)/17")
                == .call(.init(tunnel: tunnel, purpose: .idle, sequenceNumber: 17)))
        #expect(
            RTMPTunnelRequest(path: "/close/\(id)/4294967295")
                == .call(.init(tunnel: tunnel, purpose: .close, sequenceNumber: .max)))
    }

    @Test("a request is written as it is read")
    func roundTrip() {
        for path in ["/fcs/ident2", "/open/1", "/send/\(id)/0", "/idle/\(id)/4294967295", "/close/\(id)/12"] {
            #expect(RTMPTunnelRequest(path: path)?.path == path)
        }
    }

    @Test(
        "anything else is no request",
        arguments: [
            "", "/", "/open", "open/1", "//open/1", "/open/1/2", "/send", "/send/", "/send/ID/0",
            "/send/00112233445566778899aabbccddeeff", "/send/00112233445566778899aabbccddeeff/",
            "/send/00112233445566778899aabbccddeeff/-1", "/send/00112233445566778899aabbccddeeff/+1",
            "/send/00112233445566778899aabbccddeeff/4294967296", "/send/00112233445566778899aabbccddeeff/1/2",
            "/send/00112233445566778899AABBCCDDEEFF/1", "/send/00112233445566778899aabbccddeef/1",
            "/send/00112233445566778899aabbccddeeff0/1", "/post/00112233445566778899aabbccddeeff/1",
        ])
    func malformed(path: String) {
        #expect(RTMPTunnelRequest(path: path) == nil)
    }

    @Test("names are 32 digits, read back as they were written, and differ")
    func names() {
        var random = SeededGenerator(seed: 5)
        var seen: Set<RTMPTunnelID> = []
        for _ in 0..<100 {
            let id = RTMPTunnelID(using: &random)
            #expect(id.text.utf8.count == 32)
            #expect(RTMPTunnelID(id.text) == id)
            #expect(seen.insert(id).inserted)
        }
    }
}
