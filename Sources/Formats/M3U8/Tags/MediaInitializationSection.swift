/// What a player must read before a segment's samples (EXT-X-MAP, RFC 8216bis §4.4.4.5).
public struct MediaInitializationSection: Hashable, Sendable {
    /// Where it is fetched, relative to the playlist.
    public var uri: String
    /// The part of the resource that it is, when it is not all of it.
    public var byteRange: ByteRange?

    /// Makes a reference to an initialization section.
    public init(uri: String, byteRange: ByteRange? = nil) {
        self.uri = uri
        self.byteRange = byteRange
    }

    init(_ attributes: AttributeList) throws(PlaylistFault) {
        uri = try attributes.require(.uri, attributes.quoted(.uri))
        guard let text = try attributes.quoted(.byteRange) else { return }
        guard let range = ByteRange(text[...]) else {
            throw .malformedTag(attributes.tag, line: attributes.line)
        }
        byteRange = range
    }

    var text: String {
        var list = AttributeListWriter()
        list.add(.uri, quoted: uri)
        if let byteRange { list.add(.byteRange, quoted: byteRange.text) }
        return list.text
    }
}
