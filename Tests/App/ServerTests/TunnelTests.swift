import ConfigurationReading
import Foundation
import NIOCore
import RTMPSession
import ServerAssembly
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("Server: RTMP through HTTP")
struct TunnelTests {
    /// One tunnel, by hand.
    private final class Tunnel {
        let server: RunningServer
        let name: String
        var sequenceNumber = 0

        init(_ server: RunningServer) async throws {
            self.server = server
            let answer = try await TunnelTests.post("/open/1", [0], server)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/x-fcs")
            #expect(answer.headers["cache-control"] == "no-cache")
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(text.hasSuffix("\n"))
            name = String(text.dropLast())
        }

        /// What there is, without the poll interval.
        func exchange(_ purpose: String, _ body: [UInt8] = [0]) async throws -> Data {
            let answer = try await TunnelTests.post("/\(purpose)/\(name)/\(sequenceNumber)", body, server)
            sequenceNumber += 1
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/x-fcs")
            return answer.body.dropFirst()
        }

        func status(_ purpose: String, _ number: Int, _ body: [UInt8] = [0]) async throws -> Int {
            try await TunnelTests.post("/\(purpose)/\(name)/\(number)", body, server).status
        }
    }

    private struct Answer {
        let status: Int
        let headers: [String: String]
        let body: Data
    }

    private static func post(
        _ path: String, _ body: [UInt8], _ server: RunningServer, type: String = "application/x-fcs",
        method: String = "POST"
    ) async throws -> Answer {
        var request = URLRequest(url: try server.http(path))
        request.httpMethod = method
        request.setValue(type, forHTTPHeaderField: "Content-Type")
        if method == "POST" { request.httpBody = Data(body) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let answer = try #require(response as? HTTPURLResponse)
        var fields: [String: String] = [:]
        for (name, value) in answer.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
        return Answer(status: answer.statusCode, headers: fields, body: data)
    }

    @Test("a port for tunnels takes them, and nothing else")
    func ownPort() async throws {
        try await RunningServer.with {
            $0.rtmpt.onHTTPPort = false
            $0.rtmpt.listen = ListenAddress(host: "127.0.0.1", port: 0)
        } _: { (server) async throws in
            let port = try #require(server.addresses.rtmpt?.port)
            for (method, path, status) in [("POST", "/open/1", 200), ("GET", "/", 404), ("GET", "/live/show", 404)] {
                let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
                var request = URLRequest(url: url)
                request.httpMethod = method
                let (_, response) = try await URLSession.shared.data(for: request)
                #expect((response as? HTTPURLResponse)?.statusCode == status)
            }
            #expect(try await Self.post("/open/1", [0], server).status == 405)
        }
    }

    private static func bytes(_ buffers: ByteBuffer...) -> [UInt8] { buffers.flatMap { $0.readableBytesView } }

    @Test("a handshake, a publish and its end go through a tunnel")
    func publish() async throws {
        try await RunningServer.with { (server) async throws in
            let tunnel = try await Tunnel(server)
            let answer = try await tunnel.exchange("send", Self.bytes(RawConnection.handshake))
            #expect(answer.count == 3073)
            _ = try await tunnel.exchange("send", Self.bytes(RawConnection.connect, RawConnection.publishKey))
            var said = Data()
            try await eventually("the publish begins") {
                said += try await tunnel.exchange("idle")
                return said.range(of: Data("NetStream.Publish.Start".utf8)) != nil
            }
            #expect(server.openings == 1)
            // More than who publishes nothing may send.
            var picture = ByteBuffer()
            var writer = ChunkStreamWriter()
            writer.write(
                RTMPMessage(
                    type: .video, timestamp: 0, messageStreamID: 1,
                    payload: ByteBuffer(repeating: 0, count: 100_000)),
                chunkStreamID: 6, into: &picture)
            _ = try await tunnel.exchange("send", Self.bytes(picture))
            _ = try await tunnel.exchange("close")
            try await eventually("it is closed") { server.closingReasons == ["the peer closed the tunnel"] }
            #expect(try await tunnel.status("idle", tunnel.sequenceNumber) == 404)
        }
    }

    @Test("a repeated request gets the same answer, another number closes the tunnel, and says why")
    func sequence() async throws {
        try await RunningServer.with { (server) async throws in
            let tunnel = try await Tunnel(server)
            let handshake = Self.bytes(RawConnection.handshake)
            let first = try await Self.post("/send/\(tunnel.name)/0", handshake, server)
            let again = try await Self.post("/send/\(tunnel.name)/0", handshake, server)
            #expect(first.body.count == 3074)
            #expect(first.body == again.body)
            let gap = try await Self.post("/idle/\(tunnel.name)/2", [0], server)
            #expect(gap.status == 400)
            #expect(String(decoding: gap.body, as: UTF8.self).contains("sequenceNumberOutOfOrder(2, expected: 1)"))
            #expect(try await tunnel.status("idle", 1) == 404)
            try await eventually("it is closed") {
                server.closingReasons.first?.contains("sequenceNumberOutOfOrder") == true
            }
        }
    }

    @Test("guessed names and other paths are refused, ident2 has nothing to say, and other methods are not of a tunnel")
    func refusals() async throws {
        try await RunningServer.with { (server) async throws in
            let unknown = String(repeating: "0", count: 32)
            #expect(try await Self.post("/send/\(unknown)/0", [0], server).status == 404)
            #expect(try await Self.post("/send/1/0", [0], server).status == 404)
            #expect(try await Self.post("/open/", [0], server).status == 200)
            #expect(try await Self.post("/fcs/ident2", [0], server).status == 404)
            // An application may be called `open`: this is the page of its stream.
            let page = try await Self.post("/open/1", [], server, method: "GET")
            #expect(page.status == 200)
            #expect(page.headers["content-type"]?.hasPrefix("text/html") == true)
            #expect(try await Self.post("/open/1", [0], server, type: "text/plain").status == 200)
        }
    }

    @Test("bodies, tunnels and silence have limits")
    func limits() async throws {
        try await RunningServer.with {
            $0.rtmpt.tunnels = 1
            $0.rtmpt.bodyBytes = 64 << 10
        } _: { (server) async throws in
            let tunnel = try await Tunnel(server)
            #expect(try await tunnel.status("send", 0, [UInt8](repeating: 3, count: (64 << 10) + 1)) == 413)
            #expect(try await Self.post("/open/1", [0], server).status == 503)
        }
        try await RunningServer.with {
            $0.rtmpt.tunnels = 1
            $0.rtmpt.timeout = .seconds(1)
        } _: { (server) async throws in
            _ = try await Tunnel(server)
            try await eventually("the silent tunnel is closed") {
                server.closingReasons.contains("the client fetched nothing for too long")
            }
            _ = try await Tunnel(server)
        }
    }

    @Test("tunnels count as RTMP connections, and are refused when there are too many")
    func connections() async throws {
        try await RunningServer.with {
            $0.rtmp.connectionsPerAddress = 1
        } _: { (server) async throws in
            _ = try await Tunnel(server)
            #expect(try await Self.post("/open/1", [0], server).status == 503)
            try await eventually("it is told") { server.closingReasons.count == 1 }
        }
    }

    @Test("without rtmpt.http the HTTP port knows nothing of tunnels")
    func off() async throws {
        try await RunningServer.with {
            $0.rtmpt.onHTTPPort = false
        } _: { (server) async throws in
            #expect(try await Self.post("/open/1", [0], server).status == 405)
        }
    }

    @Test("what breaks RTMP ends the tunnel: half a handshake, and TLS in it")
    func hostile() async throws {
        try await RunningServer.with {
            $0.rtmp.handshakeTimeout = .milliseconds(200)
        } _: { (server) async throws in
            let half = try await Tunnel(server)
            // On a machine with much to do the time may be over before it comes.
            #expect([200, 404].contains(try await half.status("send", 0, [3] + [UInt8](repeating: 0, count: 700))))
            try await eventually("half a handshake is not waited for") {
                server.closingReasons.contains { $0.contains("kept silent") || $0.contains("handshakeTimedOut") }
            }
            #expect(try await half.status("idle", 1) == 404)
        }
        try await RunningServer.with { (server) async throws in
            let tls = try await Tunnel(server)
            _ = try await tls.exchange("send", [0x16, 3, 1])
            try await eventually("TLS is refused") {
                server.closingReasons.contains { $0.contains("tlsOnPlainPort") }
            }
        }
    }
}
