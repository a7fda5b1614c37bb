import MPEGTS
import NIOCore
import RTMPSession
import ServerAssembly
import TestSupport
import Testing

@Suite("Server: live MPEG-TS over HTTP")
struct TSDeliveryTests {
    /// What comes until the server closes, behind the head.
    private func play(_ server: RunningServer, _ path: String) async throws -> (
        head: String, events: [TransportStreamDemuxer.Event]
    ) {
        let raw = try await RawConnection.open(to: server.addresses.http)
        var bytes = try await raw.exchange([ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")])
        let head = try #require(bytes.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)))
        let text = String(buffer: try #require(bytes.getSlice(at: 0, length: head.upperBound)))
        bytes.moveReaderIndex(to: head.upperBound)
        var demuxer = TransportStreamDemuxer()
        var events: [TransportStreamDemuxer.Event] = []
        try demuxer.receive(bytes, into: &events)
        try demuxer.finish(into: &events)
        return (text, events)
    }

    @Test("viewers who come at any time get whole streams, and all that follows")
    func viewers() async throws {
        try await RunningServer.with { server in
            let publisher = try await SyntheticPublisher.begin("live/show", on: server)
            try await publisher.sendHeaders()
            try await publisher.sendGroup()
            try await eventually("the stream is live") {
                let raw = try await RawConnection.open(to: server.addresses.http)
                let head = ByteBuffer(string: "HEAD /live/show.ts HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                let answer = String(buffer: try await raw.exchange([head]))
                return answer.hasPrefix("HTTP/1.1 200") && answer.contains("Content-Type: video/mp2t\r\n")
            }
            async let early = play(server, "/live/show.ts")
            try await eventually("the viewer is there") { server.openings == 2 }
            for _ in 0..<2 { try await publisher.sendGroup() }
            async let second = play(server, "/live/show.ts")
            async let third = play(server, "/live/show.ts?audio=0")
            try await eventually("the viewers are there") { server.openings == 4 }
            for _ in 0..<2 { try await publisher.sendGroup() }
            await publisher.end()
            let (viewings, groups) = ([try await early, try await second, try await third], [5, 3, 3])
            for (viewing, groups) in zip(viewings, groups) {
                #expect(viewing.head.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n"))
                var (packets, tables) = (0, 0)
                for event in viewing.events {
                    switch event {
                    case .packet: packets += 1
                    case .programMap: tables += 1
                    case .continuityBroken: Issue.record("a counter is broken")
                    default: break
                    }
                }
                // Who comes late may find the group before still being the newest.
                #expect(packets >= groups * 50 && packets <= 250 && tables == packets / 50)
            }
        }
    }
}
