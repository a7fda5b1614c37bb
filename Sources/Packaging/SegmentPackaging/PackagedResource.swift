public import NIOCore

/// Something that a player fetches by its name, relative to the Multivariant Playlist.
public struct PackagedResource: Hashable, Sendable {
    /// What a resource is, which also says how long it may be cached.
    public enum Kind: Hashable, Sendable {
        /// Replaced by a new state with each segment.
        case multivariantPlaylist
        /// Replaced by a new state with each segment and part.
        case mediaPlaylist
        /// A DASH manifest. Replaced by a new state with each segment.
        case manifest
        /// Never changes under its name.
        case initializationSection
        /// Never changes under its name.
        case segment
        /// A part of a segment. Never changes under its name.
        case part
    }

    /// The file name; letters, digits, `-` and `.` besides the configured prefix.
    public let name: String
    /// What it is.
    public let kind: Kind
    /// The media type for `Content-Type`.
    public let mediaType: String
    /// The bytes to send, piece by piece.
    ///
    /// A segment has the same pieces as its parts, so that no byte is kept twice.
    public let pieces: [ByteBuffer]
    /// What to send instead to a player that has an earlier state, where there is such a thing (EXT-X-SKIP).
    public let deltaUpdate: [ByteBuffer]?
    /// How far a Media Playlist with parts has come; `nil` for every other resource.
    public let edge: PlaylistEdge?

    /// Makes a resource of pieces.
    public init(
        name: String, kind: Kind, mediaType: String, pieces: [ByteBuffer], deltaUpdate: [ByteBuffer]? = nil,
        edge: PlaylistEdge? = nil
    ) {
        self.name = name
        self.kind = kind
        self.mediaType = mediaType
        self.pieces = pieces
        self.deltaUpdate = deltaUpdate
        self.edge = edge
    }

    /// Makes a resource.
    public init(name: String, kind: Kind, mediaType: String, bytes: ByteBuffer) {
        self.init(name: name, kind: kind, mediaType: mediaType, pieces: [bytes])
    }

    /// The number of bytes to send.
    public var length: Int { pieces.reduce(0) { $0 + $1.readableBytes } }

    /// The bytes to send, in one piece; they are copied where there are several.
    public var bytes: ByteBuffer { pieces.joined }

    /// Whether the bytes under this name will never be others.
    public var isImmutable: Bool {
        switch kind {
        case .initializationSection, .segment, .part: true
        case .multivariantPlaylist, .mediaPlaylist, .manifest: false
        }
    }
}

extension [ByteBuffer] {
    /// All bytes in one piece; they are copied where there are several.
    public var joined: ByteBuffer {
        guard count > 1 else { return first ?? ByteBuffer() }
        var whole = ByteBuffer()
        whole.reserveCapacity(reduce(0) { $0 + $1.readableBytes })
        for piece in self { whole.writeImmutableBuffer(piece) }
        return whole
    }
}
