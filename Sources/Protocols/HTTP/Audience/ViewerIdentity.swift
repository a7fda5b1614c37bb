import HTTPTypes
import TextCoding

/// Whom a request for a playlist comes from, as far as HTTP tells.
///
/// Players of playlists have no connection that is theirs, so they are known by what they say: an id of their own, which a
/// cache in front, the multivariant playlist or the page gave them, or else their address and the name of their program.
struct ViewerIdentity: Hashable, Sendable {
    /// The id in the query: `?viewer=ID`.
    static let queryName = "viewer"
    /// The id in the header, which wins.
    static let headerName = HTTPField.Name("X-Viewer-Id")
    /// What a proxy puts there who has no id for a viewer, and wants one.
    private static let wordForNewID = "new"
    /// Whether the request only tells that its viewer is still there.
    static let beaconName = HTTPField.Name("X-Viewer-Beacon")

    /// Most of an id, an address or a program's name that counts, in bytes: 256.
    private static let mostBytes = 256

    private static let forwarded = ["Via", "Forwarded", "X-Forwarded-For"].compactMap { HTTPField.Name($0) }

    private enum Source: Hashable {
        case id(Substring)
        case guess(address: Substring, agent: Substring)
    }

    /// The text that it stands for is not kept; two viewers with the same number of 64 bits will not be seen.
    private let number: Int
    /// Whether it should be given an id: it has none, and nobody stands between it and the server who might give it to
    /// others too, unless they ask for one (`X-Viewer-Id: new`).
    let wantsID: Bool

    /// Reads the head and the query of a request that came from `address`.
    init(_ fields: HTTPFields, query: [String: String], address: String) {
        let isForwarded = Self.isForwarded(fields)
        let source: Source
        let header = Self.headerName.flatMap { fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
        let isNew = header == Self.wordForNewID
        if let id = (isNew ? nil : header) ?? query[Self.queryName], !id.isEmpty {
            source = .id(id.fitting(utf8Bytes: Self.mostBytes))
        } else {
            // The first of the list is the viewer's, as the proxy that is nearest to it saw it.
            let list = isForwarded ? HTTPField.Name("X-Forwarded-For").flatMap { fields[$0] } : nil
            let viewer = list?.split(separator: ",").first ?? address[...]
            source = .guess(
                address: viewer.fitting(utf8Bytes: Self.mostBytes),
                agent: (fields[.userAgent] ?? "").fitting(utf8Bytes: Self.mostBytes))
        }
        if case .id = source { wantsID = false } else { wantsID = isNew || !isForwarded }
        // Seeded anew with every start of the process, so that nobody can make many look like one.
        number = source.hashValue
    }

    /// Whether somebody stands between a viewer and the server, who may hand to others what is answered.
    static func isForwarded(_ fields: HTTPFields) -> Bool {
        forwarded.contains { fields[$0] != nil }
    }

    /// An id for a viewer that has none.
    static func newID() -> String {
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        // Of one length, so that HEAD tells the length of what GET will give.
        return String(repeating: "0", count: max(0, 13 - id.count)) + id
    }

    /// For log lines and the API; tells nothing of the viewer.
    var text: String { String(UInt(bitPattern: number), radix: 36) }

    static func == (left: ViewerIdentity, right: ViewerIdentity) -> Bool { left.number == right.number }

    func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
