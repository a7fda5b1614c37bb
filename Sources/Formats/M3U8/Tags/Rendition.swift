/// One of several versions of the same content within a group (EXT-X-MEDIA, RFC 8216bis §4.4.6.1).
public struct Rendition: Hashable, Sendable {
    /// What a rendition carries (TYPE).
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case audio = "AUDIO"
        case video = "VIDEO"
        case subtitles = "SUBTITLES"
        case closedCaptions = "CLOSED-CAPTIONS"
    }

    /// What it carries.
    public var kind: Kind
    /// The group that variants name (GROUP-ID).
    public var groupID: String
    /// What a viewer reads in a menu; unlike any other in the group (NAME).
    public var name: String
    /// The language as BCP 47 writes it (LANGUAGE).
    public var language: String?
    /// Whether it plays when the viewer has chosen nothing (DEFAULT).
    ///
    /// Needs `isAutoselect`.
    public var isDefault: Bool
    /// Whether a player may choose it by the viewer's language (AUTOSELECT).
    public var isAutoselect: Bool
    /// For sound the number of channels, in newer coding identifiers behind a slash (CHANNELS).
    public var channels: String?
    /// The Media Playlist; `nil` when the media is inside the variant itself (URI).
    public var uri: String?

    /// Makes a rendition; a default one is always one that may be chosen.
    public init(
        kind: Kind, groupID: String, name: String, language: String? = nil, isDefault: Bool = false,
        isAutoselect: Bool = false, channels: String? = nil, uri: String? = nil
    ) {
        self.kind = kind
        self.groupID = groupID
        self.name = name
        self.language = language
        self.isDefault = isDefault
        self.isAutoselect = isAutoselect || isDefault
        self.channels = channels
        self.uri = uri
    }

    init(_ attributes: AttributeList) throws(PlaylistFault) {
        guard let kind = Kind(rawValue: String(try attributes.require(.type, attributes.bare(.type)))) else {
            throw .malformedTag(attributes.tag, line: attributes.line)
        }
        self.kind = kind
        groupID = try attributes.require(.groupID, attributes.quoted(.groupID))
        name = try attributes.require(.name, attributes.quoted(.name))
        language = try attributes.quoted(.language)
        isDefault = try attributes.flag(.default)
        isAutoselect = try attributes.flag(.autoselect) || isDefault
        channels = try attributes.quoted(.channels)
        uri = try attributes.quoted(.uri)
    }

    var text: String {
        var list = AttributeListWriter()
        list.add(.type, bare: kind.rawValue)
        list.add(.groupID, quoted: groupID)
        list.add(.name, quoted: name)
        if let language { list.add(.language, quoted: language) }
        list.add(.default, bare: isDefault ? "YES" : "NO")
        list.add(.autoselect, bare: isAutoselect ? "YES" : "NO")
        if let channels { list.add(.channels, quoted: channels) }
        if let uri { list.add(.uri, quoted: uri) }
        return list.text
    }
}
