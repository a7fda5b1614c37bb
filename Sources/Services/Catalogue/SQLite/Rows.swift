import EndpointCore
import GRDB
import MediaModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How values lie in rows.
///
/// A row that cannot be read was not written by this program, and is passed over.
extension RegisteredStream {
    init?(_ row: Row) {
        guard let path = try? StreamPath(application: row["application"], name: row["name"]) else { return nil }
        self.init(
            id: row["id"], path: path, title: row["title"], isRecorded: row["recorded"],
            createdAt: Date(millisecondsSince1970: row["created_at"]),
            changedAt: Date(millisecondsSince1970: row["changed_at"]),
            salt: row["salt"])
    }
}

extension RegisteredKey {
    init(_ row: Row) {
        let expiry: Int64? = row["expires_at"]
        self.init(
            id: row["id"], label: row["label"], user: row["user"], addresses: [AddressRange](stored: row["addresses"]),
            expiresAt: expiry.map(Date.init(millisecondsSince1970:)),
            createdAt: Date(millisecondsSince1970: row["created_at"]))
    }
}

extension KeyOpening {
    /// Reads a row of a key joined with its live stream.
    init?(_ row: Row) {
        guard let path = try? StreamPath(application: row["application"], name: row["name"]) else { return nil }
        self.init(
            key: RegisteredKey(row), path: path, salt: row["salt"],
            proofs: PasswordProofs(adobe: row["adobe"], llnw: row["llnw"]))
    }

    static let columns = """
        stream_key.id, stream_key.label, stream_key.user, stream_key.adobe, stream_key.llnw, stream_key.addresses,
        stream_key.expires_at, stream_key.created_at, live_stream.application, live_stream.name, live_stream.salt
        """
}

extension APIToken {
    init?(_ row: Row) {
        guard let role = Role(rawValue: row["role"]) else { return nil }
        let applications: String? = row["applications"]
        let expiry: Int64? = row["expires_at"]
        self.init(
            id: row["id"], label: row["label"], role: role,
            applications: applications.map { Set($0.split(separator: ",").map(String.init)) }, isFirst: row["first"],
            expiresAt: expiry.map(Date.init(millisecondsSince1970:)),
            createdAt: Date(millisecondsSince1970: row["created_at"]))
    }
}

extension [AddressRange] {
    init(stored text: String) {
        self = text.split(separator: ",").compactMap { AddressRange(String($0)) }
    }

    var stored: String { map(\.description).joined(separator: ",") }
}
