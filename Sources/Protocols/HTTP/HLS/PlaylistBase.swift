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

    /// Names a viewer in the addresses of the other renditions, which are compared with those of the Multivariant Playlist
    /// (RFC 8216bis §4.4.5.4), where they name the viewer too.
    static func put(viewer: String, intoReportsOf playlist: ByteBuffer) -> ByteBuffer {
        let mark = #"#EXT-X-RENDITION-REPORT:URI=""#
        let text = String(buffer: playlist)
        var written = ByteBuffer()
        var rest = text[...]
        // They are the last lines: what comes before is copied, not looked at line by line.
        for report in text.ranges(of: mark) {
            let end = text[report.upperBound...].firstIndex(of: #"""#) ?? text.endIndex
            let parts = text[report.upperBound..<end].split(separator: "?", maxSplits: 1)
            guard let path = parts.first else { continue }
            written.writeSubstring(rest[..<report.upperBound])
            written.writeString("\(path)?viewer=\(viewer)")
            if parts.count > 1 { written.writeString("&\(parts[1])") }
            rest = text[end...]
        }
        written.writeSubstring(rest)
        return written
    }
}
