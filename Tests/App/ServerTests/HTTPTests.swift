import ConfigurationReading
import Foundation
import M3U8
import NIOConcurrencyHelpers
import NIOCore
import ServerAssembly
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("Server: HTTP delivery")
struct HTTPTests {
    private func get(
        _ path: String, _ server: RunningServer, method: String = "GET", headers: [String: String] = [:]
    ) async throws -> (status: Int, headers: [String: String], body: Data) {
        var request = URLRequest(url: try server.http(path))
        request.httpMethod = method
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let answer = try #require(response as? HTTPURLResponse)
        var fields: [String: String] = [:]
        for (name, value) in answer.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
        return (answer.statusCode, fields, data)
    }

    /// Publishes `groups` groups of a second each.
    private func publish(_ groups: Int, on server: RunningServer) async throws -> SyntheticPublisher {
        let publisher = try await SyntheticPublisher.begin("live/show", on: server)
        try await publisher.sendHeaders()
        for _ in 0..<groups { try await publisher.sendGroup() }
        return publisher
    }

    @Test("the playlists lead to segments, in both forms, from all three addresses")
    func hls() async throws {
        try await RunningServer.with { server in
            let publisher = try await publish(10, on: server)
            for address in [
                "/live/show/index.m3u8", "/live/show.m3u8", "/hls/show.m3u8", "/live/show/index.m3u8?ts=1",
            ] {
                if address.hasSuffix("ts=1") {
                    // This form begins when somebody asks: the question waits for its first segment.
                    let isAnswered = NIOLockedValueBox(false)
                    let question = Task {
                        defer { isAnswered.withLockedValue { $0 = true } }
                        return try await get(address, server)
                    }
                    try await eventually("the first segment is made") {
                        try await publisher.sendGroup()
                        return isAnswered.withLockedValue { $0 }
                    }
                    let answer = try await question.value
                    #expect(answer.status == 200)
                }
                let main = try await get(address, server)
                #expect(main.status == 200, "\(address)")
                #expect(main.headers["content-type"] == "application/vnd.apple.mpegurl")
                #expect(main.headers["access-control-allow-origin"] == "*")
                let playlist = try MultivariantPlaylist(String(decoding: main.body, as: UTF8.self))
                let variant = try #require(playlist.variants.first)
                let base = try server.http(address)
                let mediaURL = try #require(URL(string: variant.uri, relativeTo: base))
                let media = try await get(mediaURL.path, server)
                #expect(media.status == 200)
                let list = try MediaPlaylist(String(decoding: media.body, as: UTF8.self))
                let segment = try #require(list.segments.first)
                let segmentURL = try #require(URL(string: segment.uri, relativeTo: mediaURL))
                let bytes = try await get(segmentURL.path, server)
                #expect(bytes.status == 200)
                #expect(bytes.headers["cache-control"]?.contains("immutable") == true)
                let part = try await get(segmentURL.path, server, headers: ["Range": "bytes=0-9"])
                #expect(part.status == 206)
                #expect(part.body == bytes.body.prefix(10))
                let head = try await get(segmentURL.path, server, method: "HEAD")
                #expect(head.headers["content-length"] == "\(bytes.body.count)")
                #expect(head.body.isEmpty)
            }
            await publisher.end()
            try await eventually("the playlist says that it is complete") {
                let main = try await get("/live/show/index.m3u8", server)
                let playlist = try MultivariantPlaylist(String(decoding: main.body, as: UTF8.self))
                let uri = try #require(playlist.variants.first).uri
                let media = try await get("/live/show/" + uri, server)
                return String(decoding: media.body, as: UTF8.self).contains("#EXT-X-ENDLIST")
            }
        }
    }

    @Test("where anybody may play, addresses carry on nothing of what a player shows")
    func nothingToCarry() async throws {
        try await RunningServer.with { server in
            let publisher = try await publish(10, on: server)
            for path in ["/live/show/index.m3u8", "/live/show/manifest.mpd"] {
                let answer = try await get(path + "?token=abc&sig=x", server)
                let text = String(decoding: answer.body, as: UTF8.self)
                #expect(answer.status == 200 && text.contains("hls/"))
                #expect(!text.contains("token=") && !text.contains("sig="))
            }
            await publisher.end()
        }
    }

    @Test("nothing live is a 404 that is not cached; the page says so itself")
    func offline() async throws {
        try await RunningServer.with { server in
            for path in ["/live/nobody/index.m3u8", "/live/nobody.flv", "/live/nobody/hls/video.m3u8"] {
                let answer = try await get(path, server)
                #expect(answer.status == 404)
                #expect(answer.headers["cache-control"] == "no-store")
            }
            let page = try await get("/live/nobody", server)
            #expect(page.status == 200)
            #expect(String(decoding: page.body, as: UTF8.self).contains("<video"))
            let escape = try await get("/live/..%2Fetc", server)
            #expect(escape.status == 404)
        }
    }

    @Test("connections beyond the limit are turned away, and their places are given back")
    func tooMany() async throws {
        try await RunningServer.with {
            $0.http.connectionsPerAddress = 1
        } _: { server in
            let request = ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            let first = try await RawConnection.open(to: server.addresses.http)
            try await first.conversation([request]) { received, _ in
                // Whoever comes first need not be received first.
                try await eventually("the first is in") { received.withLockedValue { $0.readableBytes > 0 } }
                let second = try await RawConnection.open(to: server.addresses.http)
                let answer = try await second.exchange([request])
                #expect(answer.readableBytes == 0)
            }
            try await eventually("the place is free again") {
                let third = try await RawConnection.open(to: server.addresses.http)
                let close = ByteBuffer(string: "GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                return try await third.exchange([close]).readableBytes > 0
            }
        }
    }

    @Test("health and metrics are there")
    func documents() async throws {
        try await RunningServer.with { server in
            let health = try await get("/healthz", server)
            #expect(health.body == Data("ok\n".utf8))
            let metrics = try await get("/metrics", server)
            #expect(metrics.status == 200)
            let posted = try await get("/healthz", server, method: "POST")
            #expect(posted.status == 405)
        }
    }
}
