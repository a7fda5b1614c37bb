import EndpointCore
import GRDB
public import MediaModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Migrations {
    static let recordings = """
        CREATE TABLE recording (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            application TEXT NOT NULL,
            name TEXT NOT NULL,
            live_stream TEXT,
            folder TEXT NOT NULL,
            file TEXT NOT NULL,
            format TEXT NOT NULL,
            state TEXT NOT NULL,
            reason TEXT,
            begun_at INTEGER NOT NULL,
            ended_at INTEGER,
            duration INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            lost_frames INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX recording_of_stream ON recording (application, name, number);
        CREATE INDEX recording_open ON recording (state) WHERE state = 'recording';
        """
}

extension StoredRecording {
    init?(_ row: Row) {
        guard let path = try? StreamPath(application: row["application"], name: row["name"]),
            let state = State(rawValue: row["state"])
        else { return nil }
        let end: Int64? = row["ended_at"]
        self.init(
            id: row["id"], path: path, liveStream: row["live_stream"], folder: row["folder"], file: row["file"],
            format: row["format"], state: state, reason: row["reason"],
            begunAt: Date(millisecondsSince1970: row["begun_at"]),
            endedAt: end.map(Date.init(millisecondsSince1970:)), durationMilliseconds: row["duration"],
            bytes: row["bytes"],
            lostFrames: row["lost_frames"])
    }
}

extension SQLiteCatalogue {
    /// Writes down a recording, in place of an entry of the same id.
    public func keepRecording(_ recording: StoredRecording) async throws {
        try await database.write { database in
            let path = recording.path
            try database.execute(
                sql: """
                    INSERT INTO recording (id, application, name, live_stream, folder, file, format, state, reason,
                        begun_at, ended_at, duration, bytes, lost_frames)
                    VALUES (?, ?, ?, coalesce(?, (SELECT id FROM live_stream WHERE application = ? AND name = ?)),
                        ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET folder = excluded.folder, file = excluded.file,
                        state = excluded.state, reason = excluded.reason, ended_at = excluded.ended_at,
                        duration = excluded.duration, bytes = excluded.bytes, lost_frames = excluded.lost_frames
                    """,
                arguments: [
                    recording.id, path.application, path.name, recording.liveStream, path.application, path.name,
                    recording.folder, recording.file, recording.format, recording.state.rawValue, recording.reason,
                    recording.begunAt.millisecondsSince1970, recording.endedAt?.millisecondsSince1970,
                    recording.durationMilliseconds,
                    recording.bytes, recording.lostFrames,
                ])
        }
    }

    /// The recording of this id.
    public func recording(_ id: StoredRecording.ID) async throws -> StoredRecording? {
        try await database.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM recording WHERE id = ?", arguments: [id])
                .flatMap(StoredRecording.init)
        }
    }

    /// Recordings, the newest first.
    public func recordings(_ request: PageRequest, of path: StreamPath?) async throws -> Page<StoredRecording> {
        try await database.read { database in
            var conditions = ["number < ?"]
            var arguments: StatementArguments = [request.cursor ?? .max]
            if let path {
                conditions.append("application = ? AND name = ?")
                arguments += [path.application, path.name]
            }
            if let applications = request.applications {
                conditions.append("application IN (\(applications.map { _ in "?" }.joined(separator: ", ")))")
                arguments += StatementArguments(applications.sorted())
            }
            arguments += [request.limit + 1]
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM recording WHERE \(conditions.joined(separator: " AND "))
                    ORDER BY number DESC LIMIT ?
                    """,
                arguments: arguments)
            return Page(rows, limit: request.limit, StoredRecording.init)
        }
    }

    /// Those that are being written, by what is written down.
    public func openRecordings() async throws -> [StoredRecording] {
        try await database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM recording WHERE state = 'recording' ORDER BY number")
                .compactMap(StoredRecording.init)
        }
    }

    /// Removes an entry.
    public func removeRecording(_ id: StoredRecording.ID) async throws -> Bool {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM recording WHERE id = ?", arguments: [id])
            return database.changesCount > 0
        }
    }
}
