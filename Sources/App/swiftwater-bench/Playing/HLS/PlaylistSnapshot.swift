import M3U8

/// One state of a media playlist, as a player sees it: the segments, and what is said about parts of segments.
struct PlaylistSnapshot: Equatable {
    var playlist: MediaPlaylist
    /// Whether a request may wait for a segment or part to come (CAN-BLOCK-RELOAD).
    var canBlockReload = false
    /// How far from the end a player of whole segments stays, in seconds (HOLD-BACK, otherwise three targets).
    var holdBack: Double
    /// How far from the end a player of parts stays, in seconds (PART-HOLD-BACK); `nil` where there are no parts.
    var partHoldBack: Double?
    /// The parts of each segment that has some, by Media Sequence Number; the last may belong to a segment to come.
    var parts: [Int: [Part]] = [:]
    /// The part that comes next (EXT-X-PRELOAD-HINT).
    var hint: Part?

    /// A part of a segment (EXT-X-PART, RFC 8216bis §4.4.4.9).
    struct Part: Equatable {
        var uri: String
        var seconds: Double
        var isIndependent: Bool
        var isGap: Bool
        var byteRange: ByteRange?
    }

    /// Reads a playlist.
    init(_ text: String) throws(PlaylistFault) {
        playlist = try MediaPlaylist(text)
        holdBack = Double(3 * playlist.targetDuration)
        var number = playlist.mediaSequence
        // The tags on parts are read here because the server's own library does not write them.
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            guard line.first == UInt8(ascii: "#") else {
                number += 1
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let tag = Substring(line[..<colon])
            guard Self.tags.contains(tag) else { continue }
            take(tag, Self.attributes(of: line[line.index(after: colon)...]), number)
        }
    }

    private static let tags: Set<Substring> = [
        "#EXT-X-SERVER-CONTROL", "#EXT-X-PART", "#EXT-X-PRELOAD-HINT", "#EXT-X-PART-INF",
    ]

    private mutating func take(_ tag: Substring, _ attributes: [Substring: Substring], _ number: Int) {
        switch tag {
        case "#EXT-X-SERVER-CONTROL":
            canBlockReload = attributes["CAN-BLOCK-RELOAD"] == "YES"
            if let seconds = attributes["HOLD-BACK"].flatMap({ Double($0) }) { holdBack = seconds }
            if let seconds = attributes["PART-HOLD-BACK"].flatMap({ Double($0) }) { partHoldBack = seconds }
        case "#EXT-X-PART-INF":
            // Servers must say how far a player stays from the end; those that don't mean the least that is allowed.
            guard partHoldBack == nil, let target = attributes["PART-TARGET"].flatMap({ Double($0) }) else { return }
            partHoldBack = 3 * target
        case "#EXT-X-PART":
            guard let uri = attributes["URI"] else { return }
            parts[number, default: []].append(
                Part(
                    uri: String(uri), seconds: attributes["DURATION"].flatMap { Double($0) } ?? 0,
                    isIndependent: attributes["INDEPENDENT"] == "YES", isGap: attributes["GAP"] == "YES",
                    byteRange: attributes["BYTERANGE"].flatMap(Self.byteRange)))
        default:
            guard attributes["TYPE"] == "PART", let uri = attributes["URI"] else { return }
            let start = attributes["BYTERANGE-START"].flatMap { Int64($0) }
            let length = attributes["BYTERANGE-LENGTH"].flatMap { Int64($0) }
            hint = Part(
                uri: String(uri), seconds: 0, isIndependent: false, isGap: false,
                byteRange: start == nil && length == nil ? nil : ByteRange(length: length ?? .max, offset: start ?? 0))
        }
    }

    private static func byteRange(_ text: Substring) -> ByteRange? {
        let numbers = text.split(separator: "@").map { Int64($0) }
        guard let length = numbers.first.flatMap({ $0 }) else { return nil }
        return ByteRange(length: length, offset: numbers.count > 1 ? numbers[1] : nil)
    }

    /// An attribute list, quoted strings without their marks (RFC 8216bis §4.2).
    private static func attributes(of text: Substring.UTF8View) -> [Substring: Substring] {
        var found: [Substring: Substring] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
            let name = Substring(rest[..<equals])
            rest = rest[rest.index(after: equals)...]
            let isQuoted = rest.first == UInt8(ascii: "\"")
            if isQuoted { rest = rest.dropFirst() }
            let end = rest.firstIndex(of: UInt8(ascii: isQuoted ? "\"" : ",")) ?? rest.endIndex
            found[name] = Substring(rest[..<end])
            rest = rest[end...].drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: ",") }
        }
        return found
    }
}
