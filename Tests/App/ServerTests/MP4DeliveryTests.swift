import ISOBMFF
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import RTMPSession
import ServerAssembly
import TestSupport
import Testing

@Suite("Server: live fragmented MP4 over HTTP and WebSocket")
struct MP4DeliveryTests {
    private func get(_ path: String, _ fields: String = "Host: localhost\r\n", method: String = "GET") -> ByteBuffer {
        ByteBuffer(string: "\(method) \(path) HTTP/1.1\r\n\(fields)\r\n")
    }

    /// A publisher with one group.
    private func publish(
        _ server: RunningServer, whileWatching watch: (SyntheticPublisher) async throws -> Void
    ) async throws {
        let publisher = try await SyntheticPublisher.begin("live/show", on: server)
        try await publisher.sendHeaders()
        try await publisher.sendGroup()
        try await eventually("the stream is live") {
            let raw = try await RawConnection.open(to: server.addresses.http)
            let head = get("/live/show.mp4", "Host: h\r\nConnection: close\r\n", method: "HEAD")
            let answer = String(buffer: try await raw.exchange([head]))
            return answer.hasPrefix("HTTP/1.1 200") && answer.contains("Content-Type: video/mp4\r\n")
        }
        try await watch(publisher)
    }

    private func samples(_ fragments: [MovieFragment], track: UInt32) -> [ByteBuffer] {
        fragments.flatMap(\.tracks).filter { $0.trackID == track }.flatMap(\.samples).map(\.payload)
    }

    /// What was published, without the tags' headers.
    private func expect(_ fragments: [MovieFragment], toHold publisher: SyntheticPublisher) {
        let pictures = publisher.sent.filter { $0.kind == .video }.dropFirst().map(\.payload)
        #expect(samples(fragments, track: 1) == pictures.map { $0.getSlice(at: 5, length: $0.readableBytes - 5) })
        let sounds = publisher.sent.filter { $0.kind == .audio }.dropFirst().map(\.payload)
        #expect(samples(fragments, track: 2) == sounds.map { $0.getSlice(at: 2, length: $0.readableBytes - 2) })
    }

    @Test("over HTTP it is a file with all that was published, and ends with the stream")
    func http() async throws {
        try await RunningServer.with { server in
            try await publish(server) { publisher in
                let raw = try await RawConnection.open(to: server.addresses.http)
                async let received = raw.exchange([get("/live/show.mp4")])
                try await eventually("the viewer is there") { server.openings == 2 }
                for _ in 0..<3 { try await publisher.sendGroup() }
                await publisher.end()
                var bytes = try await received
                let head = try #require(bytes.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)))
                let text = String(buffer: try #require(bytes.getSlice(at: 0, length: head.upperBound)))
                bytes.moveReaderIndex(to: head.upperBound)
                #expect(text.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n"))
                #expect(text.contains("Access-Control-Allow-Origin: *\r\n"))
                let header = try InitializationSegment(reading: bytes)
                #expect(header.tracks.map(\.configuration.codec) == [.h264, .aac])
                expect(try MovieFragment.readAll(in: bytes), toHold: publisher)
            }
        }
    }

    @Test(
        "over WebSocket each fragment is a message, behind a text and an initialization segment; a close says the end")
    func webSocket() async throws {
        try await RunningServer.with { server in
            try await publish(server) { publisher in
                let raw = try await RawConnection.open(to: server.addresses.http)
                async let received = raw.exchange([get("/live/show.mp4", webSocketFields)])
                try await eventually("the viewer is there") { server.openings == 2 }
                for _ in 0..<3 { try await publisher.sendGroup() }
                await publisher.end()
                let messages = webSocketMessages(in: try await received)
                #expect(messages.prefix(2).map(\.opcode) == [1, 2])
                #expect(messages.suffix(2).map(\.opcode) == [1, 8])
                #expect(messages.dropFirst().dropLast(2).allSatisfy { $0.opcode == 2 })
                let announcement = String(buffer: try #require(messages.first).payload)
                #expect(announcement.contains(#""mime":"video/mp4; codecs=\"avc1.42c00a,mp4a.40.2\"""#))
                #expect(String(buffer: messages[messages.count - 2].payload) == #"{"type":"end"}"#)
                #expect(messages.last?.payload == ByteBuffer(hex: "03e8"))
                let fragments = try messages.dropFirst(2).dropLast(2).map { message in
                    let found = try MovieFragment.readAll(in: message.payload)
                    #expect(found.count == 1)
                    return try #require(found.first)
                }
                expect(fragments, toHold: publisher)
            }
        }
    }

    @Test("one viewer of pictures and one of sound get theirs alone")
    func choice() async throws {
        try await RunningServer.with { server in
            try await publish(server) { publisher in
                let pictures = try await RawConnection.open(to: server.addresses.http)
                let sound = try await RawConnection.open(to: server.addresses.http)
                async let onlyPictures = pictures.exchange([get("/live/show.mp4?audio=none")])
                async let onlySound = sound.exchange([get("/live/show.mp4?video=none")])
                try await eventually("the viewers are there") { server.openings == 3 }
                try await publisher.sendGroup()
                await publisher.end()
                for (received, codec) in [(try await onlyPictures, "h264"), (try await onlySound, "aac")] {
                    var bytes = received
                    let head = try #require(bytes.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)))
                    bytes.moveReaderIndex(to: head.upperBound)
                    let header = try InitializationSegment(reading: bytes)
                    #expect(header.tracks.map(\.configuration.codec.rawValue) == [codec])
                    #expect(try MovieFragment.readAll(in: bytes).count == 50)
                }
            }
        }
    }

    @Test("a stream of which nothing fits is refused with the reason")
    func refusal() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            // Speex, in a tag without more to it.
            try await publisher.send(.audio, ByteBuffer(hex: "b2 0102030405"))
            try await eventually("it is refused") {
                let raw = try await RawConnection.open(to: server.addresses.http)
                let answer = String(
                    buffer: try await raw.exchange([get("/live/show.mp4", "Host: h\r\nConnection: close\r\n")]))
                return answer.hasPrefix("HTTP/1.1 406 Not Acceptable\r\n") && answer.contains("speex")
            }
            await publisher.end()
        }
    }

    @Test("a file ends where its tracks change, and a WebSocket is told of the new ones")
    func change() async throws {
        try await RunningServer.with { server in
            try await publish(server) { publisher in
                let file = try await RawConnection.open(to: server.addresses.http)
                let socket = try await RawConnection.open(to: server.addresses.http)
                async let received = file.exchange([get("/live/show.mp4")])
                async let told = socket.exchange([get("/live/show.mp4", webSocketFields)])
                try await eventually("the viewers are there") { server.openings == 3 }
                try await publisher.sendGroup()
                // AAC of one channel.
                try await publisher.send(.audio, ByteBuffer(hex: "af00 1208"))
                try await publisher.sendGroup()
                var bytes = try await received
                let head = try #require(bytes.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)))
                bytes.moveReaderIndex(to: head.upperBound)
                #expect(samples(try MovieFragment.readAll(in: bytes), track: 1).count == 50)
                try await eventually("the reason is logged") { server.closingReasons == ["the tracks changed"] }
                await publisher.end()
                let messages = webSocketMessages(in: try await told)
                #expect(messages.filter { $0.opcode == 1 }.count == 3)
                let second = try #require(messages.indices.dropFirst().first { messages[$0].opcode == 1 })
                let header = try InitializationSegment(reading: messages[second + 1].payload)
                #expect(header.tracks.last?.configuration.audio?.channelCount == 1)
                let rest = try messages[(second + 2)...].filter { $0.opcode == 2 }
                    .flatMap { try MovieFragment.readAll(in: $0.payload) }
                #expect(rest.count == 50)
                #expect(rest.first?.tracks.first?.samples.first?.isSync == true)
            }
        }
    }
}
