/// Collects the lines of a playlist.
///
/// Whatever comes in, a line stays one line and a quoted string one string.
struct PlaylistWriter {
    private(set) var text = ""

    /// Makes a writer of lines within a playlist.
    init() {}

    /// Makes a writer of a whole playlist.
    init(version: Int) {
        write(.header)
        // A playlist without the tag is of version 1.
        if version > 1 { write(.version, String(version)) }
    }

    mutating func write(_ tag: PlaylistTag) {
        text += tag.rawValue
        text += "\n"
    }

    mutating func write(_ tag: PlaylistTag, _ value: String) {
        text += tag.rawValue
        text += ":"
        text += Self.printable(value)
        text += "\n"
    }

    mutating func write(uri: String) {
        text += Self.printable(uri)
        text += "\n"
    }

    /// The text without control characters; unchanged, and not copied, in every case but an attack.
    private static func printable(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
    }
}
