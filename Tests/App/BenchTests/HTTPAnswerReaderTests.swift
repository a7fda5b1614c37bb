import NIOCore
import TestSupport
import Testing

@testable import swiftwater_bench

@Suite("Answers of HTTP/1.1")
struct HTTPAnswerReaderTests {
    private static let wire = """
        HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello\
        HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n\
        HTTP/1.1 206 Partial Content\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n\
        HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n
        """

    @Test("come whole, in order and with their bodies, however they are cut")
    func cuttings() throws {
        try forEveryCutting(of: ByteBuffer(string: Self.wire)) { pieces in
            var reader = HTTPAnswerReader()
            var found: [String] = []
            for piece in pieces {
                reader.append(piece)
                while let answer = try reader.next() { found.append("\(answer.status) \(String(buffer: answer.body))") }
            }
            #expect(found == ["200 hello", "404 ", "206 abcde", "304 "])
        }
    }

    @Test(
        "are refused where they cannot be read",
        arguments: [
            ("SIP/2.0 200 OK\r\n\r\n", HTTPAnswerReader.Fault.head), ("HTTP/1.1 200 OK\r\n\r\n", .length),
            ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .length),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", .chunk),
        ])
    func refused(wire: String, fault: HTTPAnswerReader.Fault) {
        var reader = HTTPAnswerReader()
        reader.append(ByteBuffer(string: wire))
        #expect(throws: fault) { _ = try reader.next() }
    }
}
