import EndpointCore
import Metrics
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import HTTPDelivery

@Suite("What comes first on a connection for HTTP")
struct FirstWordsTests {
    private let channel = EmbeddedChannel()
    private let log = RecordedLines()

    init() throws {
        let words = FirstWords(ProxiedAddresses(), faults: Counter(label: "faults"), log.logger)
        try channel.pipeline.syncOperations.addHandler(words)
        channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 4000), promise: nil)
    }

    /// Sends bytes in two reads, and checks that they come through and nobody looks at them any more.
    private func send(_ bytes: ByteBuffer) throws {
        for _ in 0..<2 {
            try channel.writeInbound(bytes)
            #expect(try channel.readInbound(as: ByteBuffer.self) == bytes)
        }
        #expect(throws: ChannelPipelineError.self) {
            _ = try channel.pipeline.syncOperations.context(handlerType: FirstWords.self)
        }
    }

    @Test(
        "that is something else leaves one line",
        arguments: [
            ("03 00000000", "RTMP"), ("06 00000000", "RTMPE"), ("16030100", "TLS"), ("00", "an unknown protocol"),
            ("50524f58592054435034", "the PROXY protocol"), ("0d0a0d0a000d0a515549540a", "the PROXY protocol"),
        ])
    func foreign(hex: String, language: String) throws {
        try send(ByteBuffer(hex: hex))
        #expect(
            log.lines == [
                "info connection refused peer.address=192.0.2.1:4000 protocol=http "
                    + "reason=the peer speaks \(language); this is a port for HTTP"
            ])
    }

    @Test("that is a request leaves none", arguments: ["GET / HTTP/1.1\r\n", "\r\nGET /", "PATCH /", "P"])
    func request(text: String) throws {
        try send(ByteBuffer(string: text))
        #expect(log.lines.isEmpty)
    }
}
