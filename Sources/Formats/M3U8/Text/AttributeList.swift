import TextCoding

/// The attributes that are read and written, by their names.
///
/// Others are passed over (RFC 8216bis §4.2).
public enum AttributeName: String, Hashable, Sendable, CaseIterable {
    case audio = "AUDIO"
    case autoselect = "AUTOSELECT"
    case averageBandwidth = "AVERAGE-BANDWIDTH"
    case bandwidth = "BANDWIDTH"
    case byteRange = "BYTERANGE"
    case byteRangeLength = "BYTERANGE-LENGTH"
    case byteRangeStart = "BYTERANGE-START"
    case canBlockReload = "CAN-BLOCK-RELOAD"
    case canSkipUntil = "CAN-SKIP-UNTIL"
    case channels = "CHANNELS"
    case closedCaptions = "CLOSED-CAPTIONS"
    case codecs = "CODECS"
    case `default` = "DEFAULT"
    case duration = "DURATION"
    case frameRate = "FRAME-RATE"
    case gap = "GAP"
    case groupID = "GROUP-ID"
    case holdBack = "HOLD-BACK"
    case independent = "INDEPENDENT"
    case language = "LANGUAGE"
    case lastPart = "LAST-PART"
    case lastSequence = "LAST-MSN"
    case name = "NAME"
    case partHoldBack = "PART-HOLD-BACK"
    case partTarget = "PART-TARGET"
    case resolution = "RESOLUTION"
    case skippedSegments = "SKIPPED-SEGMENTS"
    case type = "TYPE"
    case uri = "URI"
    case videoRange = "VIDEO-RANGE"
}

/// The attribute list of one tag, read or to be written (RFC 8216bis §4.2).
struct AttributeList {
    private enum Value {
        case quoted(Substring)
        case bare(Substring)
    }

    let tag: PlaylistTag
    let line: Int
    private var values: [AttributeName: Value] = [:]

    /// Reads the list behind the colon of `tag`.
    init(_ text: Substring, tag: PlaylistTag, line: Int) throws(PlaylistFault) {
        self.tag = tag
        self.line = line
        var rest = text.utf8
        while !rest.isEmpty {
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { throw .malformedTag(tag, line: line) }
            let name = Substring(rest[..<equals])
            rest = rest[rest.index(after: equals)...]
            let value: Value
            if rest.first == UInt8(ascii: "\"") {
                rest = rest.dropFirst()
                guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { throw .malformedTag(tag, line: line) }
                value = .quoted(Substring(rest[..<end]))
                rest = rest[rest.index(after: end)...]
            } else {
                let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
                value = .bare(Substring(rest[..<end]))
                rest = rest[end...]
            }
            if !rest.isEmpty {
                guard rest.first == UInt8(ascii: ",") else { throw .malformedTag(tag, line: line) }
                rest = rest.dropFirst()
            }
            guard let known = AttributeName(rawValue: String(name)) else { continue }
            guard values.updateValue(value, forKey: known) == nil else { throw .malformedTag(tag, line: line) }
        }
    }

    /// Whether the attribute is there and is the bare `word`.
    func isBare(_ name: AttributeName, _ word: String) -> Bool {
        if case .bare(let text) = values[name] { text == word } else { false }
    }

    func quoted(_ name: AttributeName) throws(PlaylistFault) -> String? {
        switch values[name] {
        case .quoted(let text): String(text)
        case .bare: throw .malformedTag(tag, line: line)
        case nil: nil
        }
    }

    func bare(_ name: AttributeName) throws(PlaylistFault) -> Substring? {
        switch values[name] {
        case .bare(let text): text
        case .quoted: throw .malformedTag(tag, line: line)
        case nil: nil
        }
    }

    func count(_ name: AttributeName) throws(PlaylistFault) -> Int? {
        guard let text = try bare(name) else { return nil }
        guard let value = DecimalInteger.parseCount(text) else { throw .malformedTag(tag, line: line) }
        return value
    }

    func seconds(_ name: AttributeName) throws(PlaylistFault) -> Duration? {
        guard let text = try bare(name) else { return nil }
        guard let value = DecimalSeconds.parse(text) else { throw .malformedTag(tag, line: line) }
        return value
    }

    func flag(_ name: AttributeName) throws(PlaylistFault) -> Bool {
        switch try bare(name) {
        case "YES": true
        case "NO", nil: false
        default: throw .malformedTag(tag, line: line)
        }
    }

    func require<Found>(_ name: AttributeName, _ found: Found?) throws(PlaylistFault) -> Found {
        guard let found else { throw .missingAttribute(name, tag, line: line) }
        return found
    }
}

/// Builds the text of an attribute list.
struct AttributeListWriter {
    private(set) var text = ""

    mutating func add(_ name: AttributeName, bare value: String) {
        if !text.isEmpty { text += "," }
        text += name.rawValue
        text += "="
        text += value
    }

    mutating func add(_ name: AttributeName, quoted value: String) {
        add(name, bare: "\"\(QuotedString.holdable(value))\"")
    }
}
