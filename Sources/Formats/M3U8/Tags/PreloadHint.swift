/// What a player may ask for before it is there (EXT-X-PRELOAD-HINT, RFC 8216bis §4.4.5.3).
public struct PreloadHint: Hashable, Sendable {
    /// What is hinted at.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The next part of a segment.
        case part = "PART"
        /// An initialization section.
        case initialization = "MAP"
    }

    /// What is hinted at.
    public var kind: Kind
    /// Where it will be, relative to the playlist.
    public var uri: String
    /// Where in the resource it will begin, in bytes (BYTERANGE-START).
    public var start: Int?
    /// How many bytes of the resource it will be; `nil` for all to its end (BYTERANGE-LENGTH).
    public var length: Int?

    /// Makes a hint.
    public init(kind: Kind = .part, uri: String, start: Int? = nil, length: Int? = nil) {
        self.kind = kind
        self.uri = uri
        self.start = start
        self.length = length
    }

    init(_ attributes: AttributeList) throws(PlaylistFault) {
        guard let kind = Kind(rawValue: String(try attributes.require(.type, attributes.bare(.type)))) else {
            throw .malformedTag(attributes.tag, line: attributes.line)
        }
        self.kind = kind
        uri = try attributes.require(.uri, attributes.quoted(.uri))
        start = try attributes.count(.byteRangeStart)
        length = try attributes.count(.byteRangeLength)
    }

    var text: String {
        var list = AttributeListWriter()
        list.add(.type, bare: kind.rawValue)
        list.add(.uri, quoted: uri)
        if let start { list.add(.byteRangeStart, bare: String(start)) }
        if let length { list.add(.byteRangeLength, bare: String(length)) }
        return list.text
    }
}
