import GRDB

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The catalogue in one SQLite file of the data folder.
///
/// A write-ahead log lets readers go on while something is written, and what was reported as done survives that the
/// process is killed, and that the machine is: each transaction is synchronized. One connection, and one at a time on a
/// queue of its own: what happens here is rare, and takes some ten microseconds.
public final class SQLiteCatalogue: CatalogueStorage {
    /// The name of the file in the data folder.
    public static let fileName = "catalogue.sqlite"

    let database: DatabaseQueue
    let now: @Sendable () -> Date

    /// Opens the catalogue of a folder, which is made with its file when there is none.
    ///
    /// Only the user whom the server runs as may read either.
    ///
    /// - Throws: `CatalogueFault.newerVersion`, `CatalogueFolderFailure`, or what SQLite says.
    public convenience init(folder: String) throws {
        try CatalogueFolder.prepare(folder, file: Self.fileName)
        try self.init(path: "\(folder)/\(Self.fileName)")
    }

    init(path: String, now: @escaping @Sendable () -> Date = { Date() }) throws {
        var configuration = Configuration()
        configuration.label = "catalogue"
        configuration.journalMode = .wal
        // Another process, such as a backup with `sqlite3`, may hold it for a moment.
        configuration.busyMode = .timeout(5)
        // No error of SQLite's may show what was to be stored.
        configuration.publicStatementArguments = false
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -256; PRAGMA secure_delete = ON")
        }
        database = try DatabaseQueue(path: path, configuration: configuration)
        self.now = now
        let migrations = Migrations.all
        let isNewer = try database.read { try migrations.hasBeenSuperseded($0) }
        guard !isNewer else { throw CatalogueFault.newerVersion }
        try migrations.migrate(database)
    }
}

/// Why the data folder cannot be used.
public struct CatalogueFolderFailure: Error, CustomStringConvertible, Sendable {
    /// What the system said.
    public let description: String
}

/// Makes the data folder and the empty file, both for nobody else.
private enum CatalogueFolder {
    static func prepare(_ folder: String, file: String) throws {
        try make(folder)
        let path = "\(folder)/\(file)"
        // SQLite gives its other files the rights of this one.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        close(descriptor)
    }

    private static func make(_ folder: String) throws {
        guard mkdir(folder, 0o700) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else {
            throw failure(folder)
        }
        try make(String(folder[..<slash]))
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure(folder) }
    }

    private static func failure(_ path: String) -> CatalogueFolderFailure {
        CatalogueFolderFailure(description: "\(path): \(String(cString: strerror(errno)))")
    }
}
