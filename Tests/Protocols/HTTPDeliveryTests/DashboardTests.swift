import EndpointCore
import Foundation
import NIOCore
import Testing

@testable import HTTPDelivery

@Suite("The dashboard's files")
struct DashboardTests {
    private func get(_ path: String, _ headers: [String: String] = [:]) async throws -> HTTPRoute.Answer {
        let route = try #require(HTTPRoutes(Dashboard.routes).route(for: path, method: "GET"))
        return await route.answer(
            HTTPRoute.Request(method: "GET", path: path, headers: headers, peerAddress: "127.0.0.1"))
    }

    private var folder: URL {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/Protocols/HTTP/Pages/Resources/dashboard").standardized
    }

    @Test("the document leads to every file of the folder, and each is there")
    func files() async throws {
        let document = String(buffer: try await get("/").body)
        let linked = document.matches(of: /(?:href|src)="(\/dashboard\/[0-9a-f]{16}\/[^"]+)"/).map { String($0.1) }
        let written = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(
            Set(linked.map { URL(filePath: $0).lastPathComponent })
                == Set(written).subtracting(["dashboard.html"]).union(["tokens.css"]))
        for path in linked {
            let answer = try await get(path)
            #expect(answer.body.readableBytes > 0)
            #expect(answer.mediaType.hasPrefix(path.hasSuffix(".css") ? "text/css" : "text/javascript"))
            #expect(answer.headers["Cache-Control"]?.hasSuffix("immutable") == true)
        }
    }

    @Test("nothing runs inside the document, nobody may frame it, and no answer lacks the policy")
    func policy() async throws {
        #expect(!Dashboard.contentSecurityPolicy.contains("unsafe") && !Dashboard.contentSecurityPolicy.contains("*"))
        #expect(Dashboard.contentSecurityPolicy.hasPrefix("default-src 'self'"))
        #expect(Dashboard.contentSecurityPolicy.contains("frame-ancestors 'none'"))
        for path in Dashboard.routes.keys {
            let answer = try await get(path)
            #expect(answer.headers["Content-Security-Policy"] == Dashboard.contentSecurityPolicy)
            #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
        }
        let document = String(buffer: try await get("/").body)
        #expect(!document.contains("<style") && !document.contains(" style=") && !document.contains(" onclick="))
        #expect(document.matches(of: /<script[^>]*>/).allSatisfy { $0.0.contains("src=") })
    }

    @Test("no module makes markup or code out of text")
    func text() throws {
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        where file.pathExtension == "js" {
            let source = try String(contentsOf: file, encoding: .utf8)
            for word in [
                "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc",
            ] {
                #expect(!source.contains(word), "\(file.lastPathComponent) has \(word)")
            }
        }
    }

    @Test("what a browser has is not sent again")
    func revalidation() async throws {
        let tag = try #require(try await get("/").headers["ETag"])
        #expect(try await get("/", ["if-none-match": tag]).status == 304)
        #expect(try await get("/", ["if-none-match": "\"other\""]).status == 200)
    }

    @Test("it all weighs less than 150 kB, and less than 60 kB packed")
    func weight() async throws {
        var plain = 0
        var packed = 0
        for path in Dashboard.routes.keys {
            let answer = try await get(path)
            plain += answer.body.readableBytes
            packed += answer.compressed.body.readableBytes
        }
        #expect(plain < 150_000, "\(plain)")
        #expect(packed < 60_000, "\(packed)")
    }

    @Test("texts of routes are packed where that pays, and nothing else is")
    func packing() {
        func answer(_ mediaType: String, _ bytes: Int) -> HTTPRoute.Answer {
            HTTPRoute.Answer(mediaType: mediaType, body: ByteBuffer(repeating: 0x20, count: bytes)).compressed
        }
        #expect(answer("application/json", 5_000).headers["Content-Encoding"] == "gzip")
        #expect(answer("text/css; charset=utf-8", 5_000).body.readableBytes < 100)
        #expect(answer("application/json", 500).headers["Content-Encoding"] == nil)
        #expect(answer("image/png", 5_000).headers["Content-Encoding"] == nil)
        var endless = HTTPRoute.Answer(mediaType: "text/event-stream", body: ByteBuffer(repeating: 0x20, count: 5_000))
        endless.chunks = AsyncStream { $0.finish() }
        #expect(endless.compressed.headers["Content-Encoding"] == nil)
    }
}
