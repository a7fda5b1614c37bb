import EndpointCore
import HTTPTypes

/// What a player shows to be let in, and how it comes to show it with every further request.
extension PlaybackLocation {
    /// The parameters that let a player in: a token, or a signature with what it signs.
    private static let credentialNames = ["token", "exp", "sig", "ip"]
    /// Bytes of their values, together and as they are written, that are carried on behind every address of a playlist:
    /// 4,096, as long as a token may be.
    ///
    /// Whoever shows a token needs nothing else, and a signature with what it signs takes less than 300.
    private static let mostBytesOfCredentials = 4_096

    /// Takes a token out of the header, `Authorization: Bearer …` (RFC 6750 §2.1), as players in programs send it.
    mutating func takeBearer(_ fields: HTTPFields) {
        guard let value = fields[.authorization], value.prefix(7).lowercased() == "bearer " else { return }
        bearer = String(value.dropFirst(7).drop { $0 == " " })
    }

    /// What the request amounts to for those who decide on it.
    func wish(from address: String) -> StreamWish {
        var items = query.map { (name: $0.key, value: $0.value) }
        if let bearer, query["token"] == nil { items.append((name: "token", value: bearer)) }
        return StreamWish(application: application, name: name, query: items, peerAddress: address)
    }

    /// The query that addresses in playlists must carry, so that those who follow them are let in too; empty where the
    /// request carried nothing, or in its header.
    var credentials: String {
        var room = Self.mostBytesOfCredentials
        return Self.credentialNames.compactMap { name -> String? in
            guard let value = query[name], value.utf8.count <= room else { return nil }
            let encoded = value.percentEncoded
            guard encoded.utf8.count <= room else { return nil }
            room -= encoded.utf8.count
            return "\(name)=\(encoded)"
        }
        .joined(separator: "&")
    }

    /// Whether the answer is for this player alone, and no shared cache may keep it.
    var isPersonal: Bool { bearer != nil || Self.credentialNames.contains { query[$0] != nil } }
}
