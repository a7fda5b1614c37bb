import EndpointCore
import Foundation
import GRDB
import Logging
import MediaModel
import Testing

@testable import Catalogue

/// A folder of the test's own, which goes with it.
final class Folder: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

func streamDraft(_ path: String, title: String = "A title") throws -> RegisteredStream.Draft {
    RegisteredStream.Draft(path: try StreamPath(path), title: title, salt: "salt")
}

func keyDraft(_ secret: String, user: String? = nil, expiresAt: Date? = nil) -> RegisteredKey.Draft {
    RegisteredKey.Draft(
        digest: SecretDigest(of: secret), label: "studio", user: user,
        proofs: PasswordProofs(adobe: "a" + secret, llnw: "l" + secret),
        addresses: [AddressRange("10.0.0.0/8"), AddressRange("2001:db8::/32")].compactMap { $0 }, expiresAt: expiresAt)
}

@Suite("The catalogue in SQLite")
struct SQLiteCatalogueTests {
    private let folder = Folder()

    private func catalogue() throws -> SQLiteCatalogue { try SQLiteCatalogue(folder: folder.path) }

    @Test("is made with its folder, for its user alone, and is there when it is opened again")
    func reopened() async throws {
        let (stream, key) = try await catalogue().addStream(try streamDraft("live/show"), key: keyDraft("one"))
        for (name, mode) in [("", 0o700), ("/catalogue.sqlite", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + name)
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
        let again = try catalogue()
        let found = try #require(try await again.stream(stream.id))
        #expect(found.path == stream.path && found.title == "A title" && !found.isRecorded && found.salt == "salt")
        #expect(abs(found.createdAt.timeIntervalSince(stream.createdAt)) < 0.001)
        #expect(try await again.stream(at: stream.path)?.id == stream.id)
        let opening = try #require(try await again.key(SecretDigest(of: "one")))
        #expect(opening.key.id == key.id && opening.path == stream.path && opening.key.addresses == key.addresses)
        #expect(opening.proofs == PasswordProofs(adobe: "aone", llnw: "lone"))
    }

    @Test("keeps what the API changed of the configuration, all of a change or nothing of it")
    func configuration() async throws {
        #expect(try SQLiteCatalogue.configurationChanges(inFolder: folder.path).isEmpty)
        let catalogue = try catalogue()
        try await catalogue.keep(configurationChanges: ["a.b": "1", "c": "\"x\""], forgetting: [], by: "ann")
        try await catalogue.keep(configurationChanges: ["a.b": "2"], forgetting: ["c", "d"], by: "ben")
        let kept = try await catalogue.configurationChanges()
        #expect(kept.map(\.key) == ["a.b"] && kept.map(\.value) == ["2"] && kept.map(\.author) == ["ben"])
        // Also for who opens the file beside a server, and changes nothing.
        #expect(try SQLiteCatalogue.configurationChanges(inFolder: folder.path) == kept)
    }

    @Test("keeps no secret")
    func noSecret() async throws {
        let catalogue = try catalogue()
        _ = try await catalogue.addStream(try streamDraft("live/show"), key: keyDraft("swk_muchtoosecret"))
        _ = try await catalogue.addToken(
            APIToken.Draft(digest: SecretDigest(of: "swt_muchtoosecret"), label: "ops", role: .admin))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let bytes = try #require(FileManager.default.contents(atPath: "\(folder.path)/\(name)"))
            // The draft above proves itself by words with the secret in them; only the key itself is looked for.
            #expect(bytes.range(of: Data("swt_muchtoosecret".utf8)) == nil)
        }
    }

    @Test("a file of a later version is left alone")
    func newer() async throws {
        let catalogue = try catalogue()
        try await catalogue.database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 future')") }
        #expect(throws: CatalogueFault.newerVersion) { try self.catalogue() }
    }

    @Test("a path is taken once, and so is a user of an application")
    func taken() async throws {
        let catalogue = try catalogue()
        let (first, _) = try await catalogue.addStream(try streamDraft("live/a"), key: keyDraft("1", user: "ann"))
        await #expect(throws: CatalogueFault.pathTaken(try StreamPath("live/a"))) {
            try await catalogue.addStream(try streamDraft("live/a"), key: keyDraft("2"))
        }
        await #expect(throws: CatalogueFault.pathTaken(try StreamPath("live/ann"))) {
            try await catalogue.addStream(try streamDraft("live/ann"), key: keyDraft("3"))
        }
        let (other, _) = try await catalogue.addStream(try streamDraft("live/b"), key: keyDraft("4"))
        for user in ["ann", "a"] {
            await #expect(throws: CatalogueFault.userTaken(user)) {
                try await catalogue.addKey(keyDraft("5", user: user), to: other.id, endingOthers: nil)
            }
        }
        #expect(try await catalogue.addKey(keyDraft("6", user: "ann"), to: first.id, endingOthers: nil) != nil)
        #expect(try await catalogue.keys(ofUser: "ann", application: "live").map(\.path.name) == ["a", "a"])
        #expect(try await catalogue.keys(ofUser: "b", application: "live").count == 1)
        #expect(try await catalogue.keys(ofUser: "a", application: "live").isEmpty)
        #expect(try await catalogue.keys(ofUser: "ann", application: "other").isEmpty)
        // What was refused has left nothing behind.
        #expect(try await catalogue.key(SecretDigest(of: "2")) == nil)
        #expect(try await catalogue.streams(PageRequest()).entries.count == 2)
    }

    @Test("changes what is named, and nothing else")
    func changes() async throws {
        let catalogue = try catalogue()
        let (stream, _) = try await catalogue.addStream(try streamDraft("live/a"), key: keyDraft("1"))
        let changed = try #require(try await catalogue.changeStream(stream.id, .init(isRecorded: true)))
        #expect(changed.isRecorded && changed.title == "A title" && changed.changedAt >= stream.createdAt)
        #expect(try await catalogue.changeStream(stream.id, .init(title: "Other"))?.title == "Other")
        #expect(try await catalogue.changeStream("ls_none", .init(title: "Other")) == nil)
        #expect(try await catalogue.removeStream(stream.id))
        #expect(try await !catalogue.removeStream(stream.id))
        #expect(try await catalogue.key(SecretDigest(of: "1")) == nil, "its keys go with it")
    }

    @Test("a new key can let the others end, which are still known for what they were")
    func rotation() async throws {
        let catalogue = try catalogue()
        let soon = Date().addingTimeInterval(60)
        let late = Date().addingTimeInterval(3600)
        let (stream, first) = try await catalogue.addStream(
            try streamDraft("live/a"), key: keyDraft("1", expiresAt: soon))
        _ = try await catalogue.addKey(keyDraft("2"), to: stream.id, endingOthers: nil)
        let third = try #require(try await catalogue.addKey(keyDraft("3"), to: stream.id, endingOthers: late))
        let keys = try await catalogue.keys(of: stream.id)
        #expect(
            keys.map { $0.expiresAt.map { Int($0.timeIntervalSince1970) } }
                == [soon, late, nil].map { $0.map { Int($0.timeIntervalSince1970) } })
        #expect(keys.map(\.id).first == first.id && keys.last?.id == third.id)
        #expect(try await catalogue.removeKey(first.id, of: stream.id))
        #expect(try await !catalogue.removeKey(third.id, of: "ls_none"))
        #expect(try await catalogue.addKey(keyDraft("9"), to: "ls_none", endingOthers: nil) == nil)
    }

    @Test("a live stream has so many keys and no more")
    func mostKeys() async throws {
        let catalogue = try catalogue()
        let (stream, _) = try await catalogue.addStream(try streamDraft("live/a"), key: keyDraft("0"))
        for number in 1..<RegisteredKey.mostPerStream {
            _ = try await catalogue.addKey(keyDraft("\(number)"), to: stream.id, endingOthers: nil)
        }
        await #expect(throws: CatalogueFault.tooManyKeys(limit: RegisteredKey.mostPerStream)) {
            try await catalogue.addKey(keyDraft("more"), to: stream.id, endingOthers: nil)
        }
    }

    @Test("a thousand live streams come in pages, each once, in order")
    func pages() async throws {
        let catalogue = try catalogue()
        for number in 0..<1_000 {
            _ = try await catalogue.addStream(
                try streamDraft(number % 4 == 0 ? "events/\(number)" : "live/\(number)", title: "Event No. \(number)"),
                key: keyDraft("\(number)"))
        }
        var seen: [String] = []
        var cursor: Int64?
        repeat {
            let page = try await catalogue.streams(PageRequest(cursor: cursor, limit: 300))
            seen += page.entries.map(\.path.name)
            cursor = page.next
        } while cursor != nil
        #expect(seen == (0..<1_000).map { "\($0)" })
        #expect(try await catalogue.streams(PageRequest(limit: 500, search: "no. 99")).entries.count == 11)
        #expect(try await catalogue.streams(PageRequest(limit: 500, search: "100%_")).entries.isEmpty)
        let events = try await catalogue.streams(PageRequest(limit: 500, applications: ["events"]))
        #expect(events.entries.count == 250 && events.next == nil)
        #expect(try await catalogue.streams(PageRequest(applications: [])).entries.isEmpty)
    }

    @Test("a page is read from where it begins, with nothing sorted and nothing passed over")
    func pagePlan() async throws {
        let plan = try await catalogue().database.read { database -> [String] in
            let (sql, arguments) = SQLiteCatalogue.selection(PageRequest(cursor: 500, limit: 300))
            let rows = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
            return rows.map { row -> String in row["detail"] }
        }
        #expect(plan.count == 1 && plan[0].contains("USING INTEGER PRIMARY KEY (rowid>?)"), "\(plan)")
    }

    @Test("live streams are found by what stands in their titles and names, in capitals or not")
    func search() async throws {
        let catalogue = try catalogue()
        _ = try await catalogue.addStream(try streamDraft("Live/MyShow", title: "Evening News"), key: keyDraft("1"))
        _ = try await catalogue.addStream(try streamDraft("live/other", title: "Other"), key: keyDraft("2"))
        for word in ["MyShow", "myshow", "MYSHOW", "Live/MyShow", "live/my", "evening", "NEWS"] {
            let found = try await catalogue.streams(PageRequest(search: word)).entries
            #expect(found.map(\.path.name) == ["MyShow"], "\(word)")
        }
        #expect(try await catalogue.streams(PageRequest(search: "LIVE/")).entries.count == 2)
    }

    @Test("a user logs in by the newest keys that hold, however many have ended")
    func keysOfUser() async throws {
        let catalogue = try catalogue()
        let past = Date().addingTimeInterval(-3_600)
        let (stream, _) = try await catalogue.addStream(try streamDraft("live/a"), key: keyDraft("0", expiresAt: past))
        for number in 1..<40 {
            _ = try await catalogue.addKey(keyDraft("\(number)", expiresAt: past), to: stream.id, endingOthers: nil)
        }
        let first = try #require(
            try await catalogue.addKey(
                keyDraft("good", expiresAt: Date().addingTimeInterval(86_400)), to: stream.id, endingOthers: nil))
        let second = try #require(try await catalogue.addKey(keyDraft("new"), to: stream.id, endingOthers: nil))
        let keys = try await catalogue.keys(ofUser: "a", application: "live")
        #expect(keys.map(\.key.id) == [second.id, first.id])
    }

    @Test("tokens are found by their secret, and the server's first one can be told from the others")
    func tokens() async throws {
        let catalogue = try catalogue()
        #expect(try await !catalogue.hasTokens())
        let first = try await catalogue.addToken(
            APIToken.Draft(digest: SecretDigest(of: "a"), label: "first", role: .admin, isFirst: true))
        #expect(try await catalogue.hasTokens())
        #expect(try await !catalogue.hasOwnTokens())
        let scoped = try await catalogue.addToken(
            APIToken.Draft(digest: SecretDigest(of: "b"), label: "ops", role: .operator, applications: ["live", "tv"]))
        #expect(try await catalogue.hasOwnTokens())
        let found = try #require(try await catalogue.token(SecretDigest(of: "b")))
        #expect(found.id == scoped.id && found.role == .operator && found.applications == ["live", "tv"])
        #expect(try await catalogue.token(SecretDigest(of: "c")) == nil)
        #expect(try await catalogue.removeToken(first.id))
        #expect(try await catalogue.tokens(PageRequest()).entries.map(\.id) == [scoped.id])
    }

    @Test("signing keys are made once, and replaced when that is wanted")
    func signingKeys() async throws {
        let catalogue = try catalogue()
        let first = try await catalogue.signingKeys()
        #expect(first.count == 1 && first[0].bytes.count == 32)
        #expect(try await self.catalogue().signingKeys() == first)
        let second = try await catalogue.addSigningKey(removingOthers: false)
        #expect(try await catalogue.signingKeys() == [second] + first)
        let third = try await catalogue.addSigningKey(removingOthers: true)
        #expect(try await catalogue.signingKeys() == [third])
        #expect(!"\(third)".contains("\(third.bytes)"))
    }

    @Test("many who write at once, through two openings, lose nothing")
    func concurrency() async throws {
        let catalogues = [try catalogue(), try catalogue()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    _ = try await catalogues[number % 2].addStream(
                        try streamDraft("live/\(number)"), key: keyDraft("\(number)"))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await catalogues[0].streams(PageRequest(limit: 500)).entries.count == 100)
    }
}

@Suite("The door to the catalogue")
struct CatalogueDoorTests {
    @Test("is opened once, by the first who needs it, and prepared before anybody has it")
    func once() async throws {
        let folder = Folder()
        let door = CatalogueDoor(folder: folder.path, logger: Logger(label: "test")) { storage in
            _ = try await storage.addToken(
                APIToken.Draft(digest: SecretDigest(of: "x"), label: "first", role: .admin, isFirst: true))
        }
        #expect(!door.isExpected)
        let found = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask { (try? await door.storage()?.tokens(PageRequest()).entries.count) ?? -1 }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found == Array(repeating: 1, count: 20))
        #expect(door.isExpected)
    }

    @Test("stays shut where the folder cannot be made, and the server goes on")
    func shut() async throws {
        let folder = Folder()
        try Data().write(to: URL(fileURLWithPath: folder.path))
        let door = CatalogueDoor(folder: folder.path + "/below", logger: Logger(label: "test"))
        #expect(await door.storage() == nil)
        #expect(await door.storage() == nil)
    }
}
