import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import HTTPDelivery

@Suite("An endless answer in HTTP/2")
struct HTTP2AnswerTests {
    @Test("has its head in fields, its bytes after it, and the end of the stream for its end")
    func answer() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(HTTP2Answer())
        channel.writeAndFlush(
            ByteBuffer(
                string: "HTTP/1.1 406 Not Acceptable\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nwords"),
            promise: nil)
        channel.writeAndFlush(ByteBuffer(string: "more"), promise: nil)
        channel.close(mode: .output, promise: nil)
        channel.close(mode: .output, promise: nil)
        let parts = try (0..<4).compactMap { _ in try channel.readOutbound(as: HTTPResponsePart.self) }
        let head = HTTPResponse(status: .notAcceptable, headerFields: [.contentType: "text/plain"])
        #expect(
            parts == [
                .head(head), .body(ByteBuffer(string: "words")), .body(ByteBuffer(string: "more")), .end(nil),
            ])
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
    }

    @Test("that ends before it began ends the stream")
    func nothing() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(HTTP2Answer())
        channel.close(mode: .output, promise: nil)
        #expect(!channel.isActive)
    }
}
