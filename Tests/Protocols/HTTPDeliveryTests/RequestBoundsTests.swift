import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Testing

@testable import HTTPDelivery

@Suite("Bounds of a request")
struct RequestBoundsTests {
    private let channel = EmbeddedChannel()
    private let head = HTTPRequestPart.head(
        HTTPRequest(method: .post, scheme: "http", authority: "localhost", path: "/api"))

    init() throws {
        try channel.pipeline.syncOperations.addHandler(RequestBounds(bodyTimeLimit: .seconds(10)))
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    private func status() throws -> Int? {
        guard case .head(let response)? = try channel.readOutbound(as: HTTPResponsePart.self) else { return nil }
        return response.status.code
    }

    @Test("A body that trickles is refused when its time is over, however often a byte comes")
    func tricklingBody() throws {
        try channel.writeInbound(head)
        for _ in 0..<9 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "a")))
        }
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(try status() == 408)
        #expect(!channel.isActive)
    }

    @Test("A body that came in time leaves all the time for the answer and for what comes next")
    func body() throws {
        try channel.writeInbound(head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(channel.isActive)
        #expect(try status() == nil)
    }

    @Test(
        "What cannot be read is told why, and ends the connection",
        arguments: [(HTTPParserError.headerOverflow, 431), (.invalidMethod, 400), (.invalidEOFState, 400)])
    func unreadable(_ error: HTTPParserError, expected: Int) throws {
        channel.pipeline.fireErrorCaught(error)
        #expect(try status() == expected)
        #expect(!channel.isActive)
    }

    @Test("It does not speak into an answer that has begun")
    func midAnswer() throws {
        try channel.writeInbound(head)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.pipeline.fireErrorCaught(HTTPParserError.invalidMethod)
        #expect(try status() == nil)
        #expect(!channel.isActive)
    }
}
