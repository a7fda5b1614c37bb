import EndpointCore
import GRDB
import MediaModel
import TextCoding

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension SQLiteCatalogue {
    /// Seconds for which a key that has ended is still known: 30 days.
    private static let memoryOfEndedKeys = 30.0 * 24 * 3600

    /// Adds a key, and lets the live stream's other keys end at a time if one is given.
    public func addKey(
        _ draft: RegisteredKey.Draft, to id: RegisteredStream.ID, endingOthers end: Date?
    ) async throws -> RegisteredKey? {
        let now = now()
        return try await database.write { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT * FROM live_stream WHERE id = ?", arguments: [id]),
                let stream = RegisteredStream(row)
            else { return nil }
            let number: Int64 = row["number"]
            // What has ended is kept for a while, so that its bearer can be told so; and makes room.
            let forgotten = now.addingTimeInterval(-Self.memoryOfEndedKeys)
            try database.execute(
                sql: "DELETE FROM stream_key WHERE live_stream = ? AND expires_at <= ?",
                arguments: [number, forgotten.millisecondsSince1970])
            let count = try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM stream_key WHERE live_stream = ? AND coalesce(expires_at, ?) > ?",
                arguments: [number, Int64.max, now.millisecondsSince1970])
            guard (count ?? 0) < RegisteredKey.mostPerStream else {
                throw CatalogueFault.tooManyKeys(limit: RegisteredKey.mostPerStream)
            }
            if let end {
                try database.execute(
                    sql: """
                        UPDATE stream_key SET expires_at = min(coalesce(expires_at, ?), ?) WHERE live_stream = ?
                        """,
                    arguments: [end.millisecondsSince1970, end.millisecondsSince1970, number])
            }
            return try Self.insert(draft, of: number, path: stream.path, at: now, into: database)
        }
    }

    /// The keys of a live stream, the oldest first.
    public func keys(of id: RegisteredStream.ID) async throws -> [RegisteredKey] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT stream_key.* FROM stream_key JOIN live_stream ON live_stream.number = stream_key.live_stream
                    WHERE live_stream.id = ? ORDER BY stream_key.number
                    """,
                arguments: [id]
            )
            .map(RegisteredKey.init)
        }
    }

    /// Removes a key.
    public func removeKey(_ key: RegisteredKey.ID, of id: RegisteredStream.ID) async throws -> Bool {
        try await database.write { database in
            try database.execute(
                sql: """
                    DELETE FROM stream_key
                    WHERE id = ? AND live_stream = (SELECT number FROM live_stream WHERE id = ?)
                    """,
                arguments: [key, id])
            return database.changesCount > 0
        }
    }

    /// The key of this digest, and the live stream that it opens.
    public func key(_ digest: SecretDigest) async throws -> KeyOpening? {
        try await database.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT \(KeyOpening.columns)
                    FROM stream_key JOIN live_stream ON live_stream.number = stream_key.live_stream WHERE digest = ?
                    """,
                arguments: [Data(digest.bytes)]
            )
            .flatMap(KeyOpening.init)
        }
    }

    /// The keys with which a user, or a stream's name in place of one, publishes to an application, the newest first.
    ///
    /// Those that have ended are left out: they prove nothing, and would take the places of those that do.
    public func keys(ofUser user: String, application: String) async throws -> [KeyOpening] {
        let now = now()
        return try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(KeyOpening.columns)
                    FROM stream_key JOIN live_stream ON live_stream.number = stream_key.live_stream
                    WHERE application = ?1 AND (user = ?2 OR user IS NULL AND name = ?2)
                        AND (expires_at IS NULL OR expires_at > ?4)
                    ORDER BY stream_key.number DESC LIMIT ?3
                    """,
                arguments: [application, user, RegisteredKey.mostPerStream, now.millisecondsSince1970]
            )
            .compactMap(KeyOpening.init)
        }
    }

    static func insert(
        _ draft: RegisteredKey.Draft, of number: Int64, path: StreamPath, at now: Date, into database: Database
    ) throws -> RegisteredKey {
        if let user = draft.user, try isUser(user, of: path.application, besides: number, in: database) {
            throw CatalogueFault.userTaken(user)
        }
        let key = RegisteredKey(
            id: ChanceText.id("key"), label: draft.label, user: draft.user, addresses: draft.addresses,
            expiresAt: draft.expiresAt, createdAt: now)
        try database.execute(
            sql: """
                INSERT INTO stream_key
                (id, live_stream, digest, label, user, adobe, llnw, addresses, expires_at, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.id, number, Data(draft.digest.bytes), key.label, key.user, draft.proofs.adobe, draft.proofs.llnw,
                key.addresses.stored, key.expiresAt?.millisecondsSince1970, now.millisecondsSince1970,
            ])
        return key
    }

    /// Whether another live stream of the application is published by this user name.
    ///
    /// One user has one salt, so all keys of a user belong to one live stream.
    static func isUser(
        _ user: String, of application: String, besides number: Int64?, in database: Database
    ) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM live_stream WHERE application = ?1 AND name = ?2 AND number IS NOT ?3
                    UNION ALL
                    SELECT 1 FROM stream_key JOIN live_stream ON live_stream.number = stream_key.live_stream
                    WHERE application = ?1 AND user = ?2 AND live_stream.number IS NOT ?3)
                """,
            arguments: [application, user, number]) ?? false
    }
}
