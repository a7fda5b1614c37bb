import EndpointCore
import GRDB

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SQLiteCatalogue {
    /// What the API changed of the configuration, by key.
    public func configurationChanges() async throws -> [StoredChange] {
        try await database.read(Self.changes)
    }

    /// Keeps changes and forgets others, both or neither.
    public func keep(
        configurationChanges changes: [String: String], forgetting forgotten: [String], by author: String
    ) async throws {
        let now = now()
        try await database.write { database in
            for key in forgotten {
                try database.execute(sql: "DELETE FROM configuration_change WHERE key = ?", arguments: [key])
            }
            for (key, value) in changes {
                try database.execute(
                    sql: """
                        INSERT OR REPLACE INTO configuration_change (key, value, author, changed_at)
                        VALUES (?, ?, ?, ?)
                        """,
                    arguments: [key, value, author, now.millisecondsSince1970])
            }
        }
    }

    /// What the API changed of the configuration, as a folder's catalogue has it, without changing the file's form: for a
    /// server that is about to start, and for programs beside one that runs.
    ///
    /// - Returns: nothing where there is no catalogue, or an older one.
    /// - Throws: what SQLite says.
    public static func configurationChanges(inFolder folder: String) throws -> [StoredChange] {
        let path = "\(folder)/\(fileName)"
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.publicStatementArguments = false
        let database = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? database.close() }
        return try database.read { database in
            try database.tableExists("configuration_change") ? changes(database) : []
        }
    }

    private static let changes: @Sendable (Database) throws -> [StoredChange] = { database in
        try Row.fetchAll(database, sql: "SELECT * FROM configuration_change ORDER BY key").map { row in
            StoredChange(
                key: row["key"], value: row["value"], author: row["author"],
                changedAt: Date(millisecondsSince1970: row["changed_at"]))
        }
    }
}
