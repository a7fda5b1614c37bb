import NIOCore

/// Hands on to a manifest's segments what it was asked for with, so that a player of a protected stream can fetch them.
enum ManifestCredentials {
    /// The attributes of SegmentTemplate that are addresses (ISO/IEC 23009-1 §5.3.9.4).
    private static let addresses: Set<Substring> = ["media", "initialization"]

    /// Puts `query` behind the addresses of all segments.
    static func put(_ query: String, into manifest: ByteBuffer) -> ByteBuffer {
        guard !query.isEmpty else { return manifest }
        // In a template `$` begins an identifier, and in XML `&` an entity.
        let suffix = "?" + query.replacing("$", with: "%24").replacing("&", with: "&amp;")
        var attribute: Substring = ""
        let pieces = String(buffer: manifest).split(separator: "\"", omittingEmptySubsequences: false)
        let written = pieces.enumerated().map { place, piece -> String in
            if place.isMultiple(of: 2) {
                attribute = piece.dropLast().split { $0.isWhitespace || $0 == "<" }.last ?? ""
                return String(piece)
            }
            return addresses.contains(attribute) ? piece + suffix : String(piece)
        }
        return ByteBuffer(string: written.joined(separator: "\""))
    }
}
