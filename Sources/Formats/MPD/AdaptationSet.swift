/// Representations of the same content, between which a player may change as it plays (ISO/IEC 23009-1 §5.3.3).
public struct AdaptationSet: Hashable, Sendable {
    /// Tells it from the others of its period; the same number in the next period continues it (`@id`).
    public var id: Int?
    /// `video`, `audio` or another top-level media type (`@contentType`).
    public var contentType: String?
    /// The language as BCP 47 writes it (`@lang`).
    public var language: String?
    /// Whether the segments of all representations begin and end at the same times (`@segmentAlignment`).
    public var isSegmentAligned: Bool
    /// The largest of the pictures.
    public var pictureBounds: PictureBounds?
    /// What the content is for, in schemes such as `urn:mpeg:dash:role:2011` (`Role`).
    public var roles: [Descriptor]
    /// What all representations have in common of their coding.
    public var format: RepresentationFormat
    /// What is said about all representations.
    public var descriptors: RepresentationDescriptors
    /// How segments are addressed, as far as all representations do it alike.
    public var segmentTemplate: SegmentTemplate?
    /// The choices, best first or last as the service likes; at least one.
    public var representations: [Representation]

    /// Makes a set.
    public init(
        id: Int? = nil, contentType: String? = nil, language: String? = nil, isSegmentAligned: Bool = false,
        representations: [Representation] = []
    ) {
        self.id = id
        self.contentType = contentType
        self.language = language
        self.isSegmentAligned = isSegmentAligned
        self.pictureBounds = nil
        self.roles = []
        self.format = RepresentationFormat()
        self.descriptors = RepresentationDescriptors()
        self.segmentTemplate = nil
        self.representations = representations
    }

    /// The largest pictures of a set, by which a player chooses its screen.
    public struct PictureBounds: Hashable, Sendable {
        /// The greatest width in pixels (`@maxWidth`).
        public var width: Int?
        /// The greatest height in pixels (`@maxHeight`).
        public var height: Int?
        /// The highest frame rate (`@maxFrameRate`).
        public var frameRate: FrameRateFraction?
        /// Width to height of the picture as it is shown (`@par`).
        public var aspectRatio: AspectRatio?

        /// Makes bounds.
        public init(
            width: Int? = nil, height: Int? = nil, frameRate: FrameRateFraction? = nil, aspectRatio: AspectRatio? = nil
        ) {
            self.width = width
            self.height = height
            self.frameRate = frameRate
            self.aspectRatio = aspectRatio
        }
    }
}
