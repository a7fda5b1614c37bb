/// A Multivariant Playlist: the variants of a presentation and their renditions (RFC 8216bis §4.4.6).
public struct MultivariantPlaylist: Hashable, Sendable {
    /// Whether every segment of every rendition can be decoded without those before it (EXT-X-INDEPENDENT-SEGMENTS).
    public var hasIndependentSegments: Bool
    /// The renditions that variants refer to by group, in the order of the text.
    public var renditions: [Rendition]
    /// The variants, the one to begin with first.
    public var variants: [VariantStream]
    /// The EXT-X-VERSION of a playlist that was read, when it is another than `requiredVersion`; otherwise `nil`.
    public var divergentVersion: Int?

    /// Makes a playlist.
    public init(
        hasIndependentSegments: Bool = false, renditions: [Rendition] = [], variants: [VariantStream] = []
    ) {
        self.hasIndependentSegments = hasIndependentSegments
        self.renditions = renditions
        self.variants = variants
        self.divergentVersion = nil
    }

    /// The lowest version whose clients understand every tag in use: none of those that are written needs more than 1.
    public var requiredVersion: Int { 1 }
}
