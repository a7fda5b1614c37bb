import EndpointCore
import Foundation
import GRDB
import MediaModel
import Testing

@testable import Catalogue

@Suite("The catalogue: recordings")
struct RecordingTests {
    private let folder = Folder()

    private func catalogue() throws -> SQLiteCatalogue { try SQLiteCatalogue(folder: folder.path) }

    private func recording(_ id: String, _ path: String = "live/show") throws -> StoredRecording {
        StoredRecording(
            id: id, path: try StreamPath(path), folder: "/media", file: "\(path)/\(id).mp4", format: "fmp4",
            begunAt: Date(timeIntervalSince1970: 1_790_000_000.25))
    }

    @Test("a recording is written down when it begins, and again when it ends")
    func life() async throws {
        let catalogue = try catalogue()
        let (stream, _) = try await catalogue.addStream(try streamDraft("live/show"), key: keyDraft("one"))
        var kept = try recording("rec_1")
        try await catalogue.keepRecording(kept)
        #expect(try await catalogue.openRecordings().map(\.id) == ["rec_1"])
        kept.state = .finished
        kept.reason = "stream-ended"
        kept.endedAt = Date(timeIntervalSince1970: 1_790_000_009)
        (kept.durationMilliseconds, kept.bytes, kept.lostFrames) = (8_700, 12_345, 3)
        _ = try await catalogue.removeStream(stream.id)
        try await catalogue.keepRecording(kept)
        // Of the live stream that it was recorded from, the id stays.
        kept.liveStream = stream.id
        #expect(try await self.catalogue().recording("rec_1") == kept)
        #expect(try await catalogue.openRecordings().isEmpty)
        #expect(try await catalogue.removeRecording("rec_1"))
        #expect(try await !catalogue.removeRecording("rec_1"))
        #expect(try await catalogue.recording("rec_1") == nil)
    }

    @Test("lists come in pages, the newest first, of a stream or of some applications")
    func pages() async throws {
        let catalogue = try catalogue()
        for index in 1...5 { try await catalogue.keepRecording(try recording("rec_\(index)")) }
        try await catalogue.keepRecording(try recording("rec_6", "live/other"))
        try await catalogue.keepRecording(try recording("rec_7", "private/show"))
        var found: [String] = []
        var cursor: Int64?
        repeat {
            let page = try await catalogue.recordings(PageRequest(cursor: cursor, limit: 3), of: nil)
            found += page.entries.map(\.id)
            cursor = page.next
        } while cursor != nil
        #expect(found == (1...7).reversed().map { "rec_\($0)" })
        let path = try StreamPath("live/show")
        let mine = try await catalogue.recordings(PageRequest(limit: 2), of: path)
        #expect(mine.entries.map(\.id) == ["rec_5", "rec_4"] && mine.next != nil)
        let one = try await catalogue.recordings(PageRequest(applications: ["private"]), of: nil)
        #expect(one.entries.map(\.id) == ["rec_7"] && one.next == nil)
        #expect(try await catalogue.recordings(PageRequest(applications: []), of: nil).entries.isEmpty)
    }

    @Test("a catalogue of before gets the table, and keeps what it has")
    func migration() async throws {
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: folder.path + "/catalogue.sqlite")
        try Migrations.all.migrate(queue, upTo: "3 deliveries")
        try await queue.write {
            try $0.execute(
                sql: """
                    INSERT INTO live_stream (id, application, name, title, recorded, salt, created_at, changed_at)
                    VALUES ('ls_1', 'live', 'show', 'A title', 1, 'salt', 0, 0)
                    """)
        }
        try queue.close()
        let catalogue = try catalogue()
        #expect(try await catalogue.stream("ls_1")?.isRecorded == true)
        try await catalogue.keepRecording(try recording("rec_1"))
        #expect(try await catalogue.recording("rec_1")?.liveStream == "ls_1")
    }
}
