import EndpointCore
import Foundation
import NIOCore
import StreamHealth
import Testing

@testable import ControlAPI

@Suite("Control API: its document")
struct DocumentTests {
    private var document: [String: Any] {
        get throws {
            let value = try JSONSerialization.jsonObject(with: Data(ServerAPI.document.readableBytesView))
            return try #require(value as? [String: Any])
        }
    }

    @Test("names every operation of the code, and no other")
    func operations() throws {
        let paths = try #require(try document["paths"] as? [String: [String: Any]])
        let written = paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } }
        #expect(Set(written) == Set(Room().api.operations.map { "\($0.method) \($0.pattern)" }))
        let ids = paths.values.flatMap(\.values).compactMap { ($0 as? [String: Any])?["operationId"] as? String }
        #expect(Set(ids).count == written.count)
    }

    @Test("names every rule and severity of the code")
    func rules() throws {
        let components = try #require(try document["components"] as? [String: Any])
        let schemas = try #require(components["schemas"] as? [String: [String: Any]])
        let finding = try #require(schemas["Finding"]?["properties"] as? [String: [String: Any]])
        #expect(
            Set(try #require(finding["rule"]?["enum"] as? [String])) == Set(HealthRule.allCases.map(\.rawValue)))
        #expect(
            Set(try #require(finding["severity"]?["enum"] as? [String]))
                == Set(HealthSeverity.allCases.map(\.rawValue)))
    }

    @Test("describes every member that a stream and a session are shown with")
    func members() async throws {
        let room = Room()
        _ = try await room.publish("live/show")
        try await room.enter("p", .publisher)
        try await room.enter("v")
        let components = try #require(try document["components"] as? [String: Any])
        let schemas = try #require(components["schemas"] as? [String: [String: Any]])
        func check(_ shown: [String: Any], _ name: String) throws {
            let properties = try #require(schemas[name]?["properties"] as? [String: Any])
            #expect(Set(shown.keys).subtracting(properties.keys).isEmpty)
            let required = Set(try #require(schemas[name]?["required"] as? [String]))
            #expect(required.subtracting(shown.keys).isEmpty)
        }
        let stream = try await room.get("/streams/live/show")
        try check(stream, "Stream")
        for track in try #require(stream["tracks"] as? [[String: Any]]) { try check(track, "Track") }
        for id in ["p", "v"] { try check(try await room.get("/sessions/\(id)"), "Session") }
        try check(try await room.get("/server"), "Server")
        try check(try room.json(try await room.answer("/nothing")), "Problem")
        #expect(try await room.get("/openapi.json")["openapi"] as? String == "3.1.0")
    }
}
