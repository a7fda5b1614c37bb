import EndpointCore
import GRDB
import TextCoding

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension SQLiteCatalogue {
    /// Adds a token.
    public func addToken(_ draft: APIToken.Draft) async throws -> APIToken {
        let now = now()
        return try await database.write { database in
            try database.execute(
                sql: "DELETE FROM api_token WHERE expires_at <= ?", arguments: [now.millisecondsSince1970])
            let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM api_token")
            guard (count ?? 0) < APIToken.most else { throw CatalogueFault.tooManyTokens(limit: APIToken.most) }
            let token = APIToken(
                id: ChanceText.id("token"), label: draft.label, role: draft.role, applications: draft.applications,
                isFirst: draft.isFirst, expiresAt: draft.expiresAt, createdAt: now)
            try database.execute(
                sql: """
                    INSERT INTO api_token (id, digest, label, role, applications, first, expires_at, created_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    token.id, Data(draft.digest.bytes), token.label, token.role.rawValue,
                    token.applications?.sorted().joined(separator: ","), token.isFirst,
                    token.expiresAt?.millisecondsSince1970,
                    now.millisecondsSince1970,
                ])
            return token
        }
    }

    /// The tokens in the order in which they were added.
    public func tokens(_ request: PageRequest) async throws -> Page<APIToken> {
        try await database.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT * FROM api_token WHERE number > ? ORDER BY number LIMIT ?",
                arguments: [request.cursor ?? 0, request.limit + 1])
            return Page(rows, limit: request.limit, APIToken.init)
        }
    }

    /// The token of this digest.
    public func token(_ digest: SecretDigest) async throws -> APIToken? {
        try await database.read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM api_token WHERE digest = ?", arguments: [Data(digest.bytes)]
            )
            .flatMap(APIToken.init)
        }
    }

    /// Removes a token.
    public func removeToken(_ id: APIToken.ID) async throws -> Bool {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM api_token WHERE id = ?", arguments: [id])
            return database.changesCount > 0
        }
    }

    /// Whether there is a token besides the one that the server made for its first start.
    public func hasOwnTokens() async throws -> Bool {
        try await database.read { database in
            try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM api_token WHERE NOT first)") ?? false
        }
    }

    /// Whether there is any token.
    public func hasTokens() async throws -> Bool {
        try await database.read { database in
            try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM api_token)") ?? false
        }
    }

    /// The keys that playback tokens are signed with, the newest first; one is made when there is none.
    public func signingKeys() async throws -> [SigningKey] {
        let now = now()
        return try await database.write { database in
            let keys = try Row.fetchAll(database, sql: "SELECT * FROM signing_key ORDER BY number DESC LIMIT 16")
                .map { SigningKey(id: $0["id"], bytes: Array($0["secret"] as Data)) }
            return keys.isEmpty ? [try Self.insertSigningKey(at: now, into: database)] : keys
        }
    }

    /// Makes a new signing key.
    public func addSigningKey(removingOthers: Bool) async throws -> SigningKey {
        let now = now()
        return try await database.write { database in
            if removingOthers { try database.execute(sql: "DELETE FROM signing_key") }
            return try Self.insertSigningKey(at: now, into: database)
        }
    }

    private static func insertSigningKey(at now: Date, into database: Database) throws -> SigningKey {
        let key = SigningKey(id: ChanceText.id("sign"), bytes: (0..<32).map { _ in UInt8.random(in: 0...255) })
        try database.execute(
            sql: "INSERT INTO signing_key (id, secret, created_at) VALUES (?, ?, ?)",
            arguments: [key.id, Data(key.bytes), now.millisecondsSince1970])
        return key
    }
}
