/// The lines of a playlist that mean something, checked for what holds of every playlist (RFC 8216bis §4.1).
struct PlaylistLines {
    enum Line {
        /// A known tag and what stands behind its colon.
        case tag(PlaylistTag, value: Substring)
        /// A line that is neither empty nor begins with `#`.
        case uri(Substring)
    }

    /// The number of the line that `next()` gave last, from 1.
    private(set) var number = 1
    private let limits: PlaylistLimits
    private var rest: Substring.UTF8View

    /// Checks the whole of the text and passes over its first line, `#EXTM3U`.
    init(_ text: String, limits: PlaylistLimits) throws(PlaylistFault) {
        self.limits = limits
        rest = Substring(text).utf8
        guard rest.count <= limits.bytes else { throw .textTooLong(rest.count) }
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { throw .byteOrderMark }
        guard try nextLine() == PlaylistTag.header.rawValue else { throw .missingHeader }
    }

    /// The next line that means something, or `nil` at the end.
    mutating func next() throws(PlaylistFault) -> Line? {
        while !rest.isEmpty {
            number += 1
            guard number <= limits.lines else { throw .tooManyLines }
            let line = try nextLine()
            guard let first = line.utf8.first else { continue }
            guard first == UInt8(ascii: "#") else { return .uri(line) }
            let colon = line.utf8.firstIndex(of: UInt8(ascii: ":"))
            guard let tag = PlaylistTag(rawValue: String(line[..<(colon ?? line.endIndex)])) else { continue }
            if tag == .header { throw .duplicateTag(.header, line: number) }
            return .tag(tag, value: colon.map { line[line.utf8.index(after: $0)...] } ?? "")
        }
        return nil
    }

    /// A line without its end, LF or CR LF.
    ///
    /// Works on bytes: a Swift `Character` holds CR and LF together.
    private mutating func nextLine() throws(PlaylistFault) -> Substring {
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        var line = rest[..<(end ?? rest.endIndex)]
        rest = end.map { rest[rest.index(after: $0)...] } ?? rest[rest.endIndex...]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        guard line.count <= limits.bytesInLine else { throw .lineTooLong(line: number) }
        for byte in line where byte < 0x20 || byte == 0x7F { throw .controlCharacter(byte, line: number) }
        return Substring(line)
    }
}
