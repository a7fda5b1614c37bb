import Authorization
import Catalogue
import ConfigurationReading
import EndpointCore
import Foundation
import Logging
import MediaModel
import NIOCore
import StreamHub
import Testing

@testable import ControlAPI

@Suite("Control API: recordings")
final class RecordingsTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("api-\(UUID().uuidString)").path
    private let catalogue: CatalogueDoor

    init() {
        catalogue = CatalogueDoor(folder: folder, logger: Logger(label: "test") { _ in SilentLog() })
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func room(_ role: APIRole = .admin, _ applications: Set<String>? = nil) -> Room {
        Room(
            authorizer: Granting(grant: APIGrant(name: "me", role: role, applications: applications)),
            registrations: Registrations(catalogue: catalogue, rtmpPort: { 1935 }))
    }

    private func keep(
        _ id: String, _ path: String = "live/show", state: StoredRecording.State = .finished, content: String? = nil
    ) async throws {
        var recording = StoredRecording(
            id: id, path: try StreamPath(path), folder: folder + "/recordings", file: "\(path)/\(id).mp4",
            format: "fmp4", state: state, begunAt: Date(timeIntervalSince1970: 1_790_000_000))
        recording.reason = state == .finished ? "stream-ended" : nil
        recording.durationMilliseconds = 1_500
        try await #require(await catalogue.storage()).keepRecording(recording)
        guard let content else { return }
        try FileManager.default.createDirectory(
            atPath: "\(folder)/recordings/\(path)", withIntermediateDirectories: true)
        try content.write(toFile: recording.filePath, atomically: true, encoding: .utf8)
    }

    private func text(_ answer: HTTPRoute.Answer, _ range: Range<Int>? = nil) async -> String? {
        guard let content = answer.content else { return nil }
        var bytes = ByteBuffer()
        for await piece in content.pieces(range ?? 0..<content.length) { bytes.writeImmutableBuffer(piece) }
        return String(buffer: bytes)
    }

    @Test("are listed with the members that the document describes, in pages, and of a stream")
    func list() async throws {
        for index in 1...3 { try await keep("rec_\(index)") }
        try await keep("rec_4", "private/show", state: .recording)
        let room = room()
        let page = try await room.get("/recordings", query: ["limit": "3"])
        let listed = try #require(page["recordings"] as? [[String: Any]])
        #expect(listed.compactMap { $0["id"] as? String } == ["rec_4", "rec_3", "rec_2"])
        let rest = try await room.get("/recordings", query: ["after": try #require(page["next"] as? String)])
        #expect((rest["recordings"] as? [[String: Any]])?.count == 1 && rest["next"] == nil)
        let one = try await room.get("/recordings", query: ["stream": "live/show"])
        #expect((one["recordings"] as? [[String: Any]])?.count == 3)
        let shown = try await room.get("/recordings/rec_1")
        #expect(shown["state"] as? String == "finished" && shown["durationSeconds"] as? Double == 1.5)
        #expect(shown["url"] as? String == "/api/v1/recordings/rec_1/file" && shown["stream"] as? String == "live/show")
        let document = try JSONSerialization.jsonObject(with: Data(ServerAPI.document.readableBytesView))
        let schemas = ((document as? [String: Any])?["components"] as? [String: Any])?["schemas"]
        let schema = try #require((schemas as? [String: [String: Any]])?["Recording"])
        let described = try #require(schema["properties"] as? [String: [String: Any]])
        #expect(Set(shown.keys).subtracting(described.keys).isEmpty)
        #expect(Set(try #require(schema["required"] as? [String])).subtracting(shown.keys).isEmpty)
        #expect(
            Set(try #require(described["state"]?["enum"] as? [String]))
                == Set(StoredRecording.State.allCases.map(\.rawValue)))
        for query in [["stream": "a"], ["after": "0"], ["limit": "501"], ["colour": "red"]] {
            #expect(try room.problem(try await room.answer("/recordings", query: query)).status == 400)
        }
    }

    @Test("files are sent with their type and name, in parts")
    func download() async throws {
        try await keep("rec_1", content: "0123456789")
        try await keep("rec_2")
        let answer = try await room().answer("/recordings/rec_1/file")
        #expect(answer.status == 200 && answer.mediaType == "video/mp4" && answer.content?.length == 10)
        #expect(answer.headers["Content-Disposition"] == "attachment; filename=\"live-show-rec_1.mp4\"")
        #expect(await text(answer) == "0123456789")
        #expect(await text(answer, 3..<5) == "34")
        let gone = try room().problem(try await room().answer("/recordings/rec_2/file"))
        #expect(gone.status == 404 && gone.detail.contains("DELETE"))
        #expect(try room().problem(try await room().answer("/recordings/rec_9/file")).status == 404)
    }

    @Test("are deleted with their files, and not while they are recorded")
    func delete() async throws {
        try await keep("rec_1", content: "x")
        try await keep("rec_2", state: .recording, content: "x")
        try await keep("rec_3")
        let room = room()
        let refused = try room.problem(try await room.answer("/recordings/rec_2", "DELETE"))
        #expect(refused.status == 409 && refused.detail.contains("apps.live.record"))
        #expect(FileManager.default.fileExists(atPath: folder + "/recordings/live/show/rec_2.mp4"))
        for id in ["rec_1", "rec_3"] {
            #expect(try await room.answer("/recordings/\(id)", "DELETE").status == 204)
            #expect(try await room.answer("/recordings/\(id)", "DELETE").status == 404)
        }
        #expect(!FileManager.default.fileExists(atPath: folder + "/recordings/live/show/rec_1.mp4"))
    }

    @Test("a token for one application finds those of no other, and a viewer's gets no file")
    func roles() async throws {
        try await keep("rec_1", content: "x")
        try await keep("rec_2", "private/show", content: "x")
        let other = room(.admin, ["private"])
        let list = try await other.get("/recordings")
        #expect((list["recordings"] as? [[String: Any]])?.compactMap { $0["id"] as? String } == ["rec_2"])
        let foreign = try await other.get("/recordings", query: ["app": "live"])
        #expect((foreign["recordings"] as? [[String: Any]])?.isEmpty == true)
        for path in ["/recordings/rec_1", "/recordings/rec_1/file"] {
            #expect(try await other.answer(path).status == 404)
        }
        #expect(try await other.answer("/recordings/rec_1", "DELETE").status == 404)
        let viewer = room(.viewer)
        #expect(try await viewer.answer("/recordings/rec_1").status == 200)
        #expect(try await viewer.answer("/recordings/rec_1/file").status == 403)
        #expect(try await viewer.answer("/recordings/rec_1", "DELETE").status == 403)
        #expect(await text(try await room(.operator).answer("/recordings/rec_1/file")) == "x")
    }
}

/// Grants everybody the same.
private struct Granting: APIAuthorizer {
    let grant: APIGrant

    func authorize(_ request: HTTPRoute.Request) async -> Result<APIGrant, APIRefusal> { .success(grant) }
}
