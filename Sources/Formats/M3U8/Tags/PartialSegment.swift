import TextCoding

/// A part of a segment, which can be fetched before the segment is whole (EXT-X-PART, RFC 8216bis §4.4.4.9).
public struct PartialSegment: Hashable, Sendable {
    /// Where the part is fetched, relative to the playlist.
    public var uri: String
    /// The length; no more than the part target, and no less than 85 % of it but for the last part of a segment.
    public var duration: Duration
    /// Whether it holds a frame that a decoder can begin with.
    public var isIndependent: Bool
    /// Whether there is no media at this place and nothing may be fetched.
    public var isGap: Bool
    /// The part of the resource that it is, when it is not all of it.
    public var byteRange: ByteRange?

    /// Makes a part.
    public init(
        uri: String, duration: Duration, isIndependent: Bool = false, isGap: Bool = false, byteRange: ByteRange? = nil
    ) {
        self.uri = uri
        self.duration = duration
        self.isIndependent = isIndependent
        self.isGap = isGap
        self.byteRange = byteRange
    }

    init(_ attributes: AttributeList) throws(PlaylistFault) {
        uri = try attributes.require(.uri, attributes.quoted(.uri))
        duration = try attributes.require(.duration, attributes.seconds(.duration))
        isIndependent = try attributes.flag(.independent)
        isGap = try attributes.flag(.gap)
        if let text = try attributes.quoted(.byteRange) {
            guard let range = ByteRange(text[...]) else {
                throw .malformedTag(attributes.tag, line: attributes.line)
            }
            byteRange = range
        }
    }

    var text: String {
        var list = AttributeListWriter()
        list.add(.duration, bare: DecimalSeconds.text(duration))
        list.add(.uri, quoted: uri)
        if let byteRange { list.add(.byteRange, quoted: byteRange.text) }
        if isIndependent { list.add(.independent, bare: "YES") }
        if isGap { list.add(.gap, bare: "YES") }
        return list.text
    }
}
