import ConfigurationReading
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import Webhooks

@Suite("The transport, over loopback")
struct TransportTests {
    /// What an endpoint does once it has a request.
    enum Manner: Sendable {
        case answer(String)
        /// One byte after the other, each after a pause.
        case trickle(String)
        /// The head, and then a body without end.
        case endless(String)
        case silence
        case hangUp
    }

    private final class Endpoint: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        let manner: Manner
        let received: NIOLockedValueBox<String>

        init(_ manner: Manner, received: NIOLockedValueBox<String>) {
            self.manner = manner
            self.received = received
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let isWhole = received.withLockedValue { text in
                text += String(buffer: unwrapInboundIn(data))
                return text.hasSuffix("the body") || text.hasPrefix("GET ") && text.hasSuffix("\r\n\r\n")
            }
            guard isWhole else { return }
            let channel = context.channel
            switch manner {
            case .answer(let text): channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
            case .trickle(let text): Self.trickle(Array(text.utf8)[...], on: channel)
            case .endless(let head):
                channel.writeAndFlush(ByteBuffer(string: head), promise: nil)
                Self.pour(on: channel)
            case .silence: break
            case .hangUp: channel.close(promise: nil)
            }
        }

        private static func trickle(_ bytes: ArraySlice<UInt8>, on channel: any Channel) {
            guard let byte = bytes.first, channel.isActive else { return }
            channel.writeAndFlush(ByteBuffer(bytes: [byte]), promise: nil)
            channel.eventLoop.scheduleTask(in: .milliseconds(20)) { trickle(bytes.dropFirst(), on: channel) }
        }

        private static func pour(on channel: any Channel) {
            guard channel.isActive else { return }
            channel.writeAndFlush(ByteBuffer(repeating: UInt8(ascii: " "), count: 16 << 10)).whenSuccess {
                pour(on: channel)
            }
        }
    }

    private func exchange(
        _ manner: Manner, limit: TimeAmount = .seconds(60), readsAnswer: Bool = true
    ) async throws -> (Result<HookResponse, HookFault>, received: String) {
        try await exchange(manner) { transport, url throws(HookFault) in
            let request = HookRequest(
                url: url, headers: [(name: "X-Own", value: "1")], body: Array("the body".utf8))
            return try await transport.send(request, limit: limit, readsAnswer: readsAnswer)
        }
    }

    private func fetch(
        _ manner: Manner, limit: TimeAmount = .seconds(60)
    ) async throws -> (Result<[UInt8], HookFault>, received: String) {
        try await exchange(manner) { transport, url throws(HookFault) in
            try await transport.fetch(url, limit: limit, mostBytes: 1_000, accepting: "application/json")
        }
    }

    private func exchange<Value>(
        _ manner: Manner, _ body: (HTTPHookTransport, HookURL) async throws(HookFault) -> Value
    ) async throws -> (Result<Value, HookFault>, received: String) {
        let received = NIOLockedValueBox("")
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.pipeline.addHandler(Endpoint(manner, received: received))
            }.bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let transport = HTTPHookTransport(eventLoops: .singletonMultiThreadedEventLoopGroup, version: "1")
        let result: Result<Value, HookFault>
        do throws(HookFault) {
            result = .success(try await body(transport, Samples.url("http://127.0.0.1:\(port)/in?a=b")))
        } catch {
            result = .failure(error)
        }
        await transport.shutdown()
        try await server.close()
        return (result, received.withLockedValue { $0 })
    }

    @Test("posts the body with its headers, and gives back status, location and body")
    func exchange() async throws {
        let (result, received) = try await exchange(
            .answer("HTTP/1.1 302 Found\r\nLocation: other\r\nContent-Length: 2\r\n\r\nok"))
        #expect(result == .success(HookResponse(status: 302, location: "other", body: Array("ok".utf8))))
        #expect(received.hasPrefix("POST /in?a=b HTTP/1.1\r\n") && received.hasSuffix("\r\n\r\nthe body"))
        #expect(received.contains("X-Own: 1\r\n") && received.contains("User-Agent: Swiftwater/1\r\n"))
        #expect(received.lowercased().contains("content-length: 8\r\n"))
    }

    @Test("does not go where it is redirected to")
    func redirect() async throws {
        let (result, _) = try await exchange(
            .answer("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"))
        #expect(try result.get().status == 307)
    }

    @Test("waits no longer than it may, whether nothing comes or a byte now and then")
    func slow() async throws {
        let long = "HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + String(repeating: "a", count: 3_000)
        for manner in [Manner.silence, .trickle(long)] {
            let begin = NIODeadline.now()
            let (result, _) = try await exchange(manner, limit: .milliseconds(300))
            #expect(result == .failure(.timedOut))
            #expect(NIODeadline.now() - begin < .seconds(50))
        }
    }

    @Test("reads no body without end; where no body is wanted the head is enough")
    func endless() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n"
        #expect(try await exchange(.endless(head)).0 == .success(HookResponse(status: 200, body: nil)))
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let (result, _) = try await exchange(.answer(chunked), limit: .seconds(60), readsAnswer: false)
        #expect(try result.get().status == 200)
    }

    @Test("fetches what is at an address, whole or not at all")
    func fetching() async throws {
        func answer(_ head: String, _ body: String) -> Manner {
            .answer("HTTP/1.1 \(head)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        let (result, received) = try await fetch(answer("200 OK", "{}"))
        #expect(result == .success(Array("{}".utf8)))
        #expect(received.hasPrefix("GET /in?a=b HTTP/1.1\r\n") && received.contains("Accept: application/json\r\n"))
        #expect(try await fetch(answer("200 OK", String(repeating: " ", count: 1_000))).0.get().count == 1_000)
        let tooLong = Result<[UInt8], HookFault>.failure(.answerTooLong)
        #expect(try await fetch(answer("200 OK", String(repeating: " ", count: 1_001))).0 == tooLong)
        #expect(try await fetch(.endless("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")).0 == tooLong)
        #expect(try await fetch(.endless("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")).0 == tooLong)
        #expect(try await fetch(answer("204 No Content", "")).0 == .failure(.status(204)))
        #expect(try await fetch(answer("302 Found\r\nLocation: http://127.0.0.1:1/", "")).0 == .failure(.status(302)))
        #expect(try await fetch(.silence, limit: .milliseconds(300)).0 == .failure(.timedOut))
    }

    @Test("carries nothing once it is shut down")
    func shutDown() async throws {
        let transport = HTTPHookTransport(eventLoops: .singletonMultiThreadedEventLoopGroup, version: "1")
        await transport.shutdown()
        await #expect(throws: HookFault.self) {
            try await transport.fetch(
                Samples.url("http://127.0.0.1:1/"), limit: .seconds(60), mostBytes: 1, accepting: "*/*")
        }
    }

    @Test(
        "takes garbage, and a connection that breaks, for a fault",
        arguments: ["garbage\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", ""])
    func garbage(text: String) async throws {
        let (result, _) = try await exchange(text.isEmpty ? .hangUp : .answer(text), limit: .seconds(60))
        guard case .failure(.unreachable) = result else {
            Issue.record("taken for an answer: \(result)")
            return
        }
    }
}

extension EventLoopGroup where Self == MultiThreadedEventLoopGroup {
    fileprivate static var singletonMultiThreadedEventLoopGroup: MultiThreadedEventLoopGroup { .singleton }
}
