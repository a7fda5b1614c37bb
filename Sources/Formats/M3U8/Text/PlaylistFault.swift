/// Why a text is no playlist (RFC 8216bis §4.1 and the sections of the tags).
///
/// Lines count from 1.
public enum PlaylistFault: Error, Hashable, Sendable {
    /// The bytes are not UTF-8 (§4.1).
    case notUTF8
    /// A byte order mark stands at the beginning (§4.1).
    case byteOrderMark
    /// A control character other than the ends of lines (§4.1).
    case controlCharacter(UInt8, line: Int)
    /// The first line is not `#EXTM3U` (§4.4.1.1).
    case missingHeader
    /// More bytes than `PlaylistLimits.bytes`.
    case textTooLong(Int)
    /// More bytes in a line than `PlaylistLimits.bytesInLine`.
    case lineTooLong(line: Int)
    /// More lines than `PlaylistLimits.lines`.
    case tooManyLines
    /// More segments than `PlaylistLimits.segments`.
    case tooManySegments
    /// A tag that may stand once stands twice.
    case duplicateTag(PlaylistTag, line: Int)
    /// A tag whose value is not what its section asks for.
    case malformedTag(PlaylistTag, line: Int)
    /// A tag without an attribute that it must have.
    case missingAttribute(AttributeName, PlaylistTag, line: Int)
    /// A tag behind the segment that it had to precede.
    case misplacedTag(PlaylistTag, line: Int)
    /// A tag of the other kind of playlist.
    case foreignTag(PlaylistTag, line: Int)
    /// A playlist without a tag that it must have.
    case missingTag(PlaylistTag)
    /// A URI without the tag that makes it a segment (EXTINF) or a variant (EXT-X-STREAM-INF).
    case unexpectedURI(line: Int)
    /// EXTINF or EXT-X-STREAM-INF without the URI that must follow.
    case missingURI(PlaylistTag)
}
