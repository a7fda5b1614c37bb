import EndpointCore
import NIOCore
import TestSupport
import Testing

@testable import ControlAPI

@Suite("Control API: requests that make no sense")
struct RequestTests {
    @Test(
        "unknown paths are not found",
        arguments: ["/", "/x", "/streams/", "/streams/live", "/sessions/", "//", "/a/b/c"])
    func unknown(path: String) async throws {
        let room = Room()
        #expect(try room.problem(try await room.answer(path)).status == 404)
    }

    @Test("other methods are refused with those that there are")
    func methods() async throws {
        let room = Room()
        for operation in room.api.operations {
            let path = operation.pattern.replacing("{application}", with: "a").replacing("{name}", with: "b")
                .replacing("{id}", with: "c")
            let answer = try await room.answer(path, "BREW")
            #expect(answer.status == 405)
            #expect(try #require(answer.headers["Allow"]).contains(operation.method))
            #expect(
                answer.headers["Allow"] == (operation.pattern.hasSuffix("reconnect") ? "POST" : answer.headers["Allow"])
            )
        }
    }

    @Test("parameters that are unknown or out of bounds are named")
    func parameters() async throws {
        let room = Room()
        for query in [
            ["limit": "0"], ["limit": "-1"], ["limit": "+1"], ["limit": "99999999999999999999999"], ["limit": "x"],
            ["after": "x"], ["nothing": "1"], ["stream": "x"], ["role": "king"],
        ] {
            let told = try room.problem(try await room.answer("/sessions", query: query))
            #expect(told.status == 400)
            #expect(told.detail.contains(query.keys.first ?? ""))
        }
    }

    @Test("bodies that are not as described are refused")
    func bodies() async throws {
        let room = Room()
        let json = ["content-type": "application/json"]
        for body in [
            "{", "[]", "\"x\"", "null", "{\"url\": 1}", "{\"other\": 1}", "{\"url\": \"http://x\"}", "{\"url\": \"\"}",
            "{\"reason\": \"a\\u0000b\"}", "{\"reason\": \"\(String(repeating: "a", count: 1_025))\"}",
            String(repeating: "[", count: 8_000), String(repeating: "{\"a\":", count: 2_000), "\u{0}",
        ] {
            #expect(
                try room.problem(try await room.answer("/sessions/x/reconnect", "POST", headers: json, body: body))
                    .status == 400)
        }
        for type in ["text/plain", "", "application/jsonx"] {
            #expect(
                try await room.answer(
                    "/sessions/x/reconnect", "POST", headers: ["content-type": type], body: "{}"
                ).status == 415)
        }
    }

    @Test("random paths, queries and bodies are answered, and never with a fault of the server")
    func random() async throws {
        let room = Room()
        var random = SeededGenerator(seed: 6)
        let pieces = [
            "/", "streams", "sessions", "%", "%2F", "%00", "live", "..", "<", "events", "reconnect", "é", "\u{7F}",
        ]
        for _ in 0..<2_000 {
            let path =
                "/"
                + (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
                .joined()
            let method = ["GET", "POST", "DELETE", "PUT"].randomElement(using: &random) ?? "GET"
            let query = Bool.random(using: &random) ? ["limit": pieces.randomElement(using: &random) ?? ""] : [:]
            let answer = try await room.answer(
                path, method, query: query, body: pieces.randomElement(using: &random) ?? "")
            #expect(answer.status < 500)
        }
    }

    @Test("a name in braces takes the segments that are left over")
    func matching() {
        let operation = APIOperation(method: "POST", pattern: "/streams/{application}/{name}/reconnect", role: .viewer)
        {
            _ throws(APIProblem) in .done
        }
        #expect(operation.match(["streams", "a", "b", "c", "reconnect"]) == ["application": "a", "name": "b/c"])
        #expect(operation.match(["streams", "a", "b", "reconnect"]) == ["application": "a", "name": "b"])
        #expect(operation.match(["streams", "a", "reconnect"]) == nil)
        #expect(operation.match(["streams", "", "b", "reconnect"]) == nil)
        #expect(operation.match([]) == nil)
    }
}
