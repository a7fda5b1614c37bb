import NIOCore

/// Makes a playlist's addresses right for the URL that it is served under, and for the player that it is served to.
enum PlaylistBase {
    /// Puts `base` before every relative address and `query` behind it: whole lines that are no tags, and quoted `URI`
    /// attributes.
    static func put(_ base: String, before playlist: ByteBuffer, query: String = "") -> ByteBuffer {
        guard !base.isEmpty || !query.isEmpty else { return playlist }
        let text = String(buffer: playlist)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            if line.hasPrefix("#") { return attributes(of: line, base, query) }
            return line.isEmpty ? "" : base + address(line, query)
        }
        return ByteBuffer(string: lines.joined(separator: "\n"))
    }

    private static func attributes(of tag: Substring, _ base: String, _ query: String) -> String {
        let parts = tag.split(separator: #"URI=""#, omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count > 1 else { return String(tag) }
        return parts.dropFirst().reduce(String(first)) { written, part in
            let end = part.firstIndex(of: #"""#) ?? part.endIndex
            return written + #"URI=""# + base + address(part[..<end], query) + part[end...]
        }
    }

    private static func address(_ address: Substring, _ query: String) -> String {
        query.isEmpty ? String(address) : "\(address)\(address.contains("?") ? "&" : "?")\(query)"
    }
}
