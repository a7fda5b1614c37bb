import GRDB

/// How the file's form has come about: each step is done once for each file, in order, and never changed.
///
/// Times are milliseconds since 1970, lists are written with commas.
enum Migrations {
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 live streams, keys, tokens") { database in
            try database.execute(
                sql: """
                    CREATE TABLE live_stream (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        application TEXT NOT NULL,
                        name TEXT NOT NULL,
                        title TEXT NOT NULL,
                        recorded INTEGER NOT NULL,
                        salt TEXT NOT NULL,
                        created_at INTEGER NOT NULL,
                        changed_at INTEGER NOT NULL,
                        UNIQUE (application, name)
                    ) STRICT;
                    CREATE TABLE stream_key (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        live_stream INTEGER NOT NULL REFERENCES live_stream (number) ON DELETE CASCADE,
                        digest BLOB NOT NULL UNIQUE,
                        label TEXT,
                        user TEXT,
                        adobe TEXT NOT NULL,
                        llnw TEXT NOT NULL,
                        addresses TEXT NOT NULL,
                        expires_at INTEGER,
                        created_at INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX stream_key_of_stream ON stream_key (live_stream);
                    CREATE INDEX stream_key_of_user ON stream_key (user) WHERE user IS NOT NULL;
                    CREATE TABLE api_token (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        digest BLOB NOT NULL UNIQUE,
                        label TEXT NOT NULL,
                        role TEXT NOT NULL,
                        applications TEXT,
                        first INTEGER NOT NULL,
                        expires_at INTEGER,
                        created_at INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE signing_key (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        secret BLOB NOT NULL,
                        created_at INTEGER NOT NULL
                    ) STRICT;
                    """)
        }
        migrator.registerMigration("2 changes of the configuration") { database in
            try database.execute(
                sql: """
                    CREATE TABLE configuration_change (
                        key TEXT PRIMARY KEY,
                        value TEXT NOT NULL,
                        author TEXT NOT NULL,
                        changed_at INTEGER NOT NULL
                    ) STRICT;
                    """)
        }
        migrator.registerMigration("3 deliveries") { try $0.execute(sql: deliveries) }
        migrator.registerMigration("4 recordings") { try $0.execute(sql: recordings) }
        return migrator
    }
}
