import EndpointCore
import GRDB
public import MediaModel
import TextCoding

extension SQLiteCatalogue {
    /// Adds a live stream with a first key.
    public func addStream(
        _ draft: RegisteredStream.Draft, key: RegisteredKey.Draft
    ) async throws -> (RegisteredStream, RegisteredKey) {
        let now = now()
        return try await database.write { database in
            let path = draft.path
            let isTaken = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM live_stream WHERE application = ? AND name = ?)",
                arguments: [path.application, path.name])
            guard isTaken != true else { throw CatalogueFault.pathTaken(path) }
            let isUser = try Self.isUser(path.name, of: path.application, besides: nil, in: database)
            guard !isUser else { throw CatalogueFault.pathTaken(path) }
            let stream = RegisteredStream(
                id: ChanceText.id("ls"), path: path, title: draft.title, isRecorded: draft.isRecorded, createdAt: now,
                changedAt: now, salt: draft.salt)
            try database.execute(
                sql: """
                    INSERT INTO live_stream (id, application, name, title, recorded, salt, created_at, changed_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    stream.id, path.application, path.name, stream.title, stream.isRecorded, stream.salt,
                    now.millisecondsSince1970, now.millisecondsSince1970,
                ])
            let number = database.lastInsertedRowID
            return (stream, try Self.insert(key, of: number, path: path, at: now, into: database))
        }
    }

    /// The live stream of this id.
    public func stream(_ id: RegisteredStream.ID) async throws -> RegisteredStream? {
        try await database.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM live_stream WHERE id = ?", arguments: [id])
                .flatMap(RegisteredStream.init)
        }
    }

    /// The live stream that is published under this path.
    public func stream(at path: StreamPath) async throws -> RegisteredStream? {
        try await database.read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM live_stream WHERE application = ? AND name = ?",
                arguments: [path.application, path.name]
            )
            .flatMap(RegisteredStream.init)
        }
    }

    /// Live streams in the order in which they were added.
    public func streams(_ request: PageRequest) async throws -> Page<RegisteredStream> {
        try await database.read { database in
            let (sql, arguments) = Self.selection(request)
            let rows = try Row.fetchAll(database, sql: sql, arguments: arguments)
            return Page(rows, limit: request.limit, RegisteredStream.init)
        }
    }

    /// What selects a page, and one row more, which tells whether there is another page.
    static func selection(_ request: PageRequest) -> (sql: String, arguments: StatementArguments) {
        var conditions = ["number > ?"]
        var arguments: StatementArguments = [request.cursor ?? 0]
        if !request.search.isEmpty {
            // `instr` knows no wildcards that would have to be taken out of what somebody typed.
            conditions.append(
                """
                (instr(lower(title), lower(?)) > 0 OR instr(lower(application || '/' || name), lower(?)) > 0)
                """)
            arguments += [request.search, request.search]
        }
        if let applications = request.applications {
            let places = applications.map { _ in "?" }.joined(separator: ", ")
            conditions.append("application IN (\(places))")
            arguments += StatementArguments(applications.sorted())
        }
        arguments += [request.limit + 1]
        let condition = conditions.joined(separator: " AND ")
        return ("SELECT * FROM live_stream WHERE \(condition) ORDER BY number LIMIT ?", arguments)
    }

    /// Changes what `change` names.
    public func changeStream(
        _ id: RegisteredStream.ID, _ change: RegisteredStream.Change
    ) async throws -> RegisteredStream? {
        let now = now()
        return try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE live_stream
                    SET title = coalesce(?, title), recorded = coalesce(?, recorded), changed_at = ? WHERE id = ?
                    """,
                arguments: [change.title, change.isRecorded, now.millisecondsSince1970, id])
            return try Row.fetchOne(database, sql: "SELECT * FROM live_stream WHERE id = ?", arguments: [id])
                .flatMap(RegisteredStream.init)
        }
    }

    /// Removes a live stream with its keys.
    public func removeStream(_ id: RegisteredStream.ID) async throws -> Bool {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM live_stream WHERE id = ?", arguments: [id])
            return database.changesCount > 0
        }
    }
}

extension Page {
    /// Makes a page of rows, of which there is one too many unless they are the last.
    init(_ rows: [Row], limit: Int, _ entry: (Row) -> Entry?) {
        let kept = rows.prefix(limit)
        self.init(entries: kept.compactMap(entry), next: rows.count > limit ? kept.last?["number"] : nil)
    }
}
