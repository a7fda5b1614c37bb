/// What makes a text no Media Presentation Description.
public enum ManifestFault: Error, Equatable, Sendable {
    // Not XML, or more of it than is read

    /// Not UTF-8.
    case notUTF8
    /// More bytes than `ManifestLimits.bytes`.
    case tooLong(Int)
    /// Elements inside each other deeper than `ManifestLimits.depth`.
    case tooDeep
    /// More elements than `ManifestLimits.elements`.
    case tooManyElements
    /// An element with more attributes than `ManifestLimits.attributes`.
    case tooManyAttributes
    /// Not well formed at this byte (XML 1.0 §2.1).
    case malformed(offset: Int)
    /// A document type declaration, which may define entities that grow without end; no description needs one.
    case documentTypeDeclared

    // XML, but no description

    /// The first element is no `MPD` of the namespace.
    case noDescription
    /// An attribute that must be there is not.
    case missingAttribute(ManifestAttribute, of: ManifestElement)
    /// An attribute whose value is none of its type.
    case malformedAttribute(ManifestAttribute, of: ManifestElement)
    /// An element that must be there is not.
    case missingElement(ManifestElement, of: ManifestElement)
}

/// How much of a text is read.
public struct ManifestLimits: Hashable, Sendable {
    /// Bytes of text.
    ///
    /// Default 4 MiB: a day of segments of two seconds, for four tracks.
    public var bytes = 4 << 20
    /// Elements inside each other.
    ///
    /// Default 32; a description has ten.
    public var depth = 32
    /// Elements of all kinds.
    ///
    /// Default 200,000.
    public var elements = 200_000
    /// Attributes of one element.
    ///
    /// Default 64; a description's greatest element has thirty.
    public var attributes = 64

    /// Makes the default limits.
    public init() {}
}
