import ConfigurationReading
import EndpointCore
import Foundation
import NIOConcurrencyHelpers
import NIOCore
import ServerAssembly
import TestSupport
import Testing

@Suite("Server: who is a program on this machine")
struct ThisMachineTests {
    /// How a request says what it is.
    private struct Words {
        var version = "1.1"
        var host = "localhost"
        /// Further fields, each with its line end.
        var fields = ""
    }

    /// What the server answers to one request on a connection of its own, head and body.
    private func ask(
        _ method: String, _ path: String, _ words: Words, _ server: RunningServer, body: ByteBuffer = ByteBuffer()
    ) async throws -> ByteBuffer {
        var request = ByteBuffer(
            string: "\(method) \(path) HTTP/\(words.version)\r\nHost: \(words.host)\r\nConnection: close\r\n"
                + words.fields + "Content-Length: \(body.readableBytes)\r\n\r\n")
        request.writeImmutableBuffer(body)
        return try await RawConnection.open(to: server.addresses.http).exchange([request])
    }

    /// What is said to whoever publishes `live/key` through a tunnel without a key, as soon as that is decided.
    private func publish(_ words: Words, _ server: RunningServer) async throws -> String {
        let nothing = ByteBuffer(bytes: [0])
        let opened = String(buffer: try await ask("POST", "/open/1", words, server, body: nothing))
        #expect(opened.hasPrefix("HTTP/1.1 200"))
        let name = try #require(opened.split(whereSeparator: \.isNewline).last)
        _ = try await ask("POST", "/send/\(name)/0", words, server, body: RawConnection.handshake)
        var commands = RawConnection.connect
        commands.writeImmutableBuffer(RawConnection.publishKey)
        var said = String(buffer: try await ask("POST", "/send/\(name)/1", words, server, body: commands))
        var number = 2
        try await eventually("the publish is decided") {
            if said.contains("NetStream.Publish.") { return true }
            said += String(buffer: try await ask("POST", "/idle/\(name)/\(number)", words, server, body: nothing))
            number += 1
            return said.contains("NetStream.Publish.")
        }
        return said
    }

    @Test("a tunnel that a program on this machine opens publishes without a key", arguments: ["localhost", "[::1]:1"])
    func ownTunnel(host: String) async throws {
        try await RunningServer.with { (server) async throws in
            let said = try await publish(Words(host: host), server)
            #expect(said.contains("NetStream.Publish.Start"))
        }
    }

    @Test(
        "a tunnel through a proxy on this machine, or of a foreign page, needs a key",
        arguments: [
            ("1.1", "localhost", "X-Forwarded-For: 192.0.2.1\r\n"), ("1.1", "localhost", "Via: 1.1 cache\r\n"),
            ("1.1", "localhost", "Forwarded: for=192.0.2.1\r\n"), ("1.0", "localhost", ""),
            ("1.1", "evil.example.com:8080", ""), ("1.1", "localhost", "Origin: http://evil.example.com\r\n"),
        ])
    func foreignTunnel(version: String, host: String, fields: String) async throws {
        try await RunningServer.with { (server) async throws in
            let said = try await publish(Words(version: version, host: host, fields: fields), server)
            #expect(said.contains("NetStream.Publish.Unauthorized"))
        }
    }

    @Test("where an address for the outside is configured, every tunnel needs a key")
    func behindProxy() async throws {
        try await RunningServer.with {
            $0.http.publicURL = "https://media.example.com"
        } _: { (server) async throws in
            #expect(try await publish(Words(), server).contains("NetStream.Publish.Unauthorized"))
            let client = try await RawConnection.open(to: server.addresses.rtmp)
            // A socket of RTMP does not come through what serves that address.
            #expect(try await said(to: client, "").contains("NetStream.Publish.Start"))
        }
    }

    @Test(
        "a loopback address that a proxy tells is not this machine's, nor is the proxy's own",
        arguments: ["PROXY TCP4 127.0.0.1 127.0.0.1 5000 1935\r\n", "PROXY UNKNOWN\r\n"])
    func proxied(header: String) async throws {
        try await RunningServer.with {
            $0.proxyProtocol.trusted = [AddressRange("127.0.0.0/8")].compactMap { $0 }
        } _: { (server) async throws in
            let client = try await RawConnection.open(to: server.addresses.rtmp)
            #expect(try await said(to: client, header).contains("NetStream.Publish.Unauthorized"))
        }
    }

    /// What is said to whoever publishes `live/key` at a socket of RTMP, as soon as that is decided.
    private func said(to client: RawConnection, _ header: String) async throws -> String {
        var said = ""
        let pieces = [RawConnection.handshake, RawConnection.connect, RawConnection.publishKey]
        try await client.conversation([ByteBuffer(string: header)] + pieces) { received, _ in
            try await eventually("the publish is decided") {
                said = String(buffer: received.withLockedValue { $0 })
                return said.contains("NetStream.Publish.")
            }
        }
        return said
    }

    @Test("the API trusts requests of HTTP/1.1 on this machine, and those of HTTP/1.0 no more than a proxy's")
    func oldVersion() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("none-\(UUID().uuidString)").path
        try await RunningServer.with {
            $0.data = folder
        } _: { (server) async throws in
            for (words, status) in [
                (Words(), 200), (Words(version: "1.0"), 403), (Words(host: "evil.example.com"), 403),
                (Words(fields: "Via: 1.1 cache\r\n"), 403),
            ] {
                let answer = String(buffer: try await ask("GET", "/api/v1/server", words, server))
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
            }
        }
    }
}
