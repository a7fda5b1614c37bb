import GRDB

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Migrations {
    static let deliveries = """
        CREATE TABLE delivery (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            receiver TEXT NOT NULL,
            lane TEXT NOT NULL,
            session TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            event TEXT NOT NULL,
            id TEXT NOT NULL,
            content_type TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        """
}

extension SQLiteCatalogue {
    /// Adds messages.
    public func addDeliveries(_ drafts: [QueuedDelivery.Draft]) async throws -> [Int64] {
        try await database.write { database in
            let statement = try database.makeStatement(
                sql: """
                    INSERT INTO delivery (receiver, lane, session, created_at, event, id, content_type, body)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            return try drafts.map { draft in
                try statement.execute(arguments: [
                    draft.receiver, draft.lane, draft.session, draft.createdAt, draft.content.event, draft.content.id,
                    draft.content.contentType, Data(draft.content.body),
                ])
                return database.lastInsertedRowID
            }
        }
    }

    /// All messages that wait, the oldest first, without their content.
    public func deliveries() async throws -> [QueuedDelivery] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT number, receiver, lane, session, created_at, length(body) AS bytes FROM delivery
                    ORDER BY number
                    """
            ).map { row in
                QueuedDelivery(
                    number: row["number"], receiver: row["receiver"], lane: row["lane"], session: row["session"],
                    createdAt: row["created_at"], byteCount: row["bytes"])
            }
        }
    }

    /// The content of a message; `nil` for one that waits no more.
    public func deliveryContent(_ number: Int64) async throws -> QueuedDelivery.Content? {
        try await database.read { database in
            try Row.fetchOne(
                database, sql: "SELECT event, id, content_type, body FROM delivery WHERE number = ?",
                arguments: [number]
            ).map { row in
                QueuedDelivery.Content(
                    event: row["event"], id: row["id"], contentType: row["content_type"],
                    body: Array(row["body"] as Data))
            }
        }
    }

    /// Removes messages that were delivered, or are given up.
    public func removeDeliveries(_ numbers: [Int64]) async throws {
        try await database.write { database in
            let statement = try database.makeStatement(sql: "DELETE FROM delivery WHERE number = ?")
            for number in numbers { try statement.execute(arguments: [number]) }
        }
    }
}
