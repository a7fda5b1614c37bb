public import NIOCore

/// Something that a player fetches by its name, relative to the Multivariant Playlist.
public struct PackagedResource: Hashable, Sendable {
    /// What a resource is, which also says how long it may be cached.
    public enum Kind: Hashable, Sendable {
        /// Replaced by a new state with each segment.
        case multivariantPlaylist
        /// Replaced by a new state with each segment.
        case mediaPlaylist
        /// Never changes under its name.
        case initializationSection
        /// Never changes under its name.
        case segment
    }

    /// The file name; letters, digits, `-` and `.` besides the configured prefix.
    public let name: String
    /// What it is.
    public let kind: Kind
    /// The media type for `Content-Type`.
    public let mediaType: String
    /// The bytes to send.
    public let bytes: ByteBuffer

    /// Makes a resource.
    public init(name: String, kind: Kind, mediaType: String, bytes: ByteBuffer) {
        self.name = name
        self.kind = kind
        self.mediaType = mediaType
        self.bytes = bytes
    }

    /// Whether the bytes under this name will never be others.
    public var isImmutable: Bool {
        switch kind {
        case .initializationSection, .segment: true
        case .multivariantPlaylist, .mediaPlaylist: false
        }
    }
}
