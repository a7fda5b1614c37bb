/// How far another rendition has come, for players that change to it (EXT-X-RENDITION-REPORT, RFC 8216bis §4.4.5.4).
public struct RenditionReport: Hashable, Sendable {
    /// The other Media Playlist, relative to this one.
    public var uri: String
    /// The Media Sequence Number of its last segment, or of the one whose parts it lists (LAST-MSN).
    public var lastSequence: Int
    /// The index of its last part (LAST-PART); `nil` where it has no parts.
    public var lastPart: Int?

    /// Makes a report.
    public init(uri: String, lastSequence: Int, lastPart: Int? = nil) {
        self.uri = uri
        self.lastSequence = lastSequence
        self.lastPart = lastPart
    }

    init(_ attributes: AttributeList) throws(PlaylistFault) {
        uri = try attributes.require(.uri, attributes.quoted(.uri))
        lastSequence = try attributes.require(.lastSequence, attributes.count(.lastSequence))
        lastPart = try attributes.count(.lastPart)
    }

    var text: String {
        var list = AttributeListWriter()
        list.add(.uri, quoted: uri)
        list.add(.lastSequence, bare: String(lastSequence))
        if let lastPart { list.add(.lastPart, bare: String(lastPart)) }
        return list.text
    }
}
