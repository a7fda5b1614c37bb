import NIOCore

/// Makes a multivariant playlist's addresses right for the URL that it is served under.
enum PlaylistBase {
    /// Puts `base` before every relative address: whole lines that are no tags, and quoted `URI` attributes.
    static func put(_ base: String, before playlist: ByteBuffer) -> ByteBuffer {
        guard !base.isEmpty else { return playlist }
        let text = String(buffer: playlist)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            if line.hasPrefix("#") { return String(line).replacing("URI=\"", with: "URI=\"\(base)") }
            return line.isEmpty ? "" : base + line
        }
        return ByteBuffer(string: lines.joined(separator: "\n"))
    }
}
