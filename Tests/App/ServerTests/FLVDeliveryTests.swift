import FLV
import NIOConcurrencyHelpers
import NIOCore
import RTMPSession
import ServerAssembly
import TestSupport
import Testing

@Suite("Server: live FLV over HTTP and WebSocket")
struct FLVDeliveryTests {
    private static let fields = "Host: localhost\r\n"

    private func get(_ path: String, _ fields: String = fields) -> ByteBuffer {
        ByteBuffer(string: "GET \(path) HTTP/1.1\r\n\(fields)\r\n")
    }

    /// The tags behind the last head of an HTTP answer in `bytes`.
    private func tags(in bytes: ByteBuffer) throws -> [FLVTag] {
        let end = try #require(bytes.readableBytesView.lastRange(of: Array("\r\n\r\nFLV".utf8)))
        let start = end.lowerBound + 4
        return try read(try #require(bytes.getSlice(at: start, length: bytes.writerIndex - start)))
    }

    private func read(_ file: ByteBuffer) throws -> [FLVTag] {
        var reader = FLVFileReader()
        reader.append(file)
        var tags: [FLVTag] = []
        while let tag = try reader.nextTag() { tags.append(tag) }
        return tags
    }

    private func expect(_ tags: [FLVTag], toBe sent: [RTMPMedia]) {
        for (type, kind) in [(FLVTagType.video, RTMPMedia.Kind.video), (.audio, .audio), (.scriptData, .data)] {
            let received = tags.filter { $0.type == type }
            let published = sent.filter { $0.kind == kind }
            #expect(received.map(\.body) == published.map(\.payload))
            // The sequence header takes the time of the frame with which the viewer starts.
            #expect(
                received.dropFirst().map(\.timestampMilliseconds) == published.dropFirst().map(\.timestamp))
        }
    }

    /// A publisher with one group, and what it has sent when it has ended two groups later.
    private func publish(
        _ server: RunningServer, whileWatching watch: (SyntheticPublisher) async throws -> Void
    ) async throws {
        let publisher = try await SyntheticPublisher.begin("live/show", on: server)
        try await publisher.send(.data, SyntheticPublisher.metadata)
        try await publisher.sendHeaders()
        try await publisher.sendGroup()
        try await publisher.send(.data, SyntheticPublisher.text)
        try await publisher.send(.data, SyntheticPublisher.cuePoint)
        try await eventually("the stream is live") { try await isLive(server) }
        try await watch(publisher)
    }

    private func isLive(_ server: RunningServer) async throws -> Bool {
        let raw = try await RawConnection.open(to: server.addresses.http)
        let head = ByteBuffer(string: "HEAD /live/show.flv HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        return String(buffer: try await raw.exchange([head])).hasPrefix("HTTP/1.1 200")
    }

    @Test("HTTP-FLV is what was published, and ends with the stream")
    func http() async throws {
        try await RunningServer.with { server in
            try await publish(server) { publisher in
                let raw = try await RawConnection.open(to: server.addresses.http)
                async let received = raw.exchange([get("/live/show.flv")])
                try await eventually("the viewer is there") { server.openings == 2 }
                for _ in 0..<3 { try await publisher.sendGroup() }
                await publisher.end()
                let bytes = try await received
                #expect(String(buffer: bytes).hasPrefix("HTTP/1.1 200 OK\r\n"))
                expect(try tags(in: bytes), toBe: publisher.sent)
            }
        }
    }

    @Test("a live stream may be asked for behind other requests, pipelined or not")
    func keepAlive() async throws {
        try await RunningServer.with { server in
            try await publish(server) { publisher in
                let requests = [get("/healthz"), get("/healthz"), get("/live/show.flv")]
                var pipelined = ByteBuffer()
                for request in requests { pipelined.writeImmutableBuffer(request) }
                let raw = try await RawConnection.open(to: server.addresses.http)
                async let received = raw.exchange([pipelined])
                try await eventually("the viewer is there") { server.openings == 2 }
                try await publisher.sendGroup()
                await publisher.end()
                let bytes = try await received
                let text = String(decoding: bytes.readableBytesView, as: UTF8.self)
                #expect(text.components(of: "HTTP/1.1 200 OK") == 3)
                // What was asked for first is answered first, whole.
                let heads = text.split(separator: "HTTP/1.1 200 OK", omittingEmptySubsequences: false)
                #expect(heads.count == 4 && heads[1].hasSuffix("ok\n") && heads[2].hasSuffix("ok\n"))
                expect(try tags(in: bytes), toBe: publisher.sent)
            }
        }
    }

    @Test("a refused live stream leaves the connection to the requests behind it")
    func pipelinedBehindRefusal() async throws {
        try await RunningServer.with { server in
            var pipelined = get("/live/nobody.flv")
            pipelined.writeImmutableBuffer(get("/live/nobody-else.flv"))
            pipelined.writeImmutableBuffer(get("/healthz", Self.fields + "Connection: close\r\n"))
            let raw = try await RawConnection.open(to: server.addresses.http)
            let text = String(buffer: try await raw.exchange([pipelined]))
            #expect(text.components(of: "HTTP/1.1 404") == 2)
            #expect(text.hasSuffix("\r\n\r\nok\n"))
        }
    }

    @Test("WS-FLV is the same in messages; pings are answered, and a close is a close")
    func webSocket() async throws {
        try await RunningServer.with { server in
            try await publish(server) { publisher in
                let raw = try await RawConnection.open(to: server.addresses.http)
                try await raw.conversation([get("/live/show.flv", webSocketFields)]) { received, send in
                    try await eventually("the viewer is there") { server.openings == 2 }
                    // A ping of two bytes, masked with 01 02 03 04.
                    try await send(ByteBuffer(hex: "8982 01020304 6968"))
                    try await publisher.sendGroup()
                    let count = publisher.sent.count
                    try await eventually("everything arrives") {
                        let messages = webSocketMessages(in: received.withLockedValue { $0 })
                        return try read(file(of: messages)).count >= count && messages.contains { $0.opcode == 10 }
                    }
                    // A close with code 1000.
                    try await send(ByteBuffer(hex: "8882 01020304 02ea"))
                    try await eventually("the close is answered") {
                        webSocketMessages(in: received.withLockedValue { $0 }).last?.opcode == 8
                    }
                    let messages = webSocketMessages(in: received.withLockedValue { $0 })
                    #expect(messages.first { $0.opcode == 10 }?.payload == ByteBuffer(string: "hj"))
                    #expect(messages.last?.payload == ByteBuffer(hex: "03e8"))
                    expect(try read(file(of: messages)), toBe: publisher.sent)
                }
                await publisher.end()
            }
        }
    }

    @Test("a WebSocket frame without mask is answered with a close of code 1002")
    func unmasked() async throws {
        try await RunningServer.with { server in
            try await publish(server) { publisher in
                let raw = try await RawConnection.open(to: server.addresses.http)
                try await raw.conversation([get("/live/show.flv", webSocketFields)]) { received, send in
                    try await eventually("the viewer is there") { server.openings == 2 }
                    try await send(ByteBuffer(hex: "8900"))
                    try await eventually("it is closed") {
                        let last = webSocketMessages(in: received.withLockedValue { $0 }).last
                        return last?.opcode == 8 && last?.payload == ByteBuffer(hex: "03ea")
                    }
                }
                await publisher.end()
            }
        }
    }

    /// What the binary messages amount to.
    private func file(of messages: [WebSocketMessage]) -> ByteBuffer {
        var file = ByteBuffer()
        for message in messages where message.opcode == 2 { file.writeImmutableBuffer(message.payload) }
        return file
    }
}

extension String {
    /// How often `text` occurs.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}

extension ByteBufferView {
    /// Where `bytes` occur last.
    fileprivate func lastRange(of bytes: [UInt8]) -> Range<Int>? { ranges(of: bytes).last }
}
