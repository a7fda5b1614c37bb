/// One coding of a content, such as pictures of one size (ISO/IEC 23009-1 §5.3.5).
public struct Representation: Hashable, Sendable {
    /// Tells it from all others of its period, and stands in addresses (`@id`); without white space.
    public var id: String
    /// Bits per second that a line must carry, given `minBufferTime` (`@bandwidth`).
    public var bandwidth: Int
    /// How it is coded, where its set does not say so.
    public var format: RepresentationFormat
    /// What is said about it beyond its set.
    public var descriptors: RepresentationDescriptors
    /// How segments are addressed, where its set does not say so.
    public var segmentTemplate: SegmentTemplate?

    /// Makes a representation.
    public init(
        id: String, bandwidth: Int, format: RepresentationFormat = RepresentationFormat(),
        segmentTemplate: SegmentTemplate? = nil
    ) {
        self.id = id
        self.bandwidth = bandwidth
        self.format = format
        self.descriptors = RepresentationDescriptors()
        self.segmentTemplate = segmentTemplate
    }
}
