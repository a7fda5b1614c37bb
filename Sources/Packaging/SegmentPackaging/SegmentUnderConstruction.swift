public import MediaModel
public import NIOCore

/// A segment of one rendition that is not whole yet: the parts that are finished.
public struct SegmentUnderConstruction: Sendable {
    /// Its Media Sequence Number.
    public let number: Int
    /// The name under which it can be fetched once it is whole.
    public let name: String
    /// Decode time of its first sample.
    public let start: MediaTime
    /// The bytes of its parts, each a movie fragment of its own; together they are the beginning of the segment.
    public internal(set) var parts: [ByteBuffer] = []
    /// Where the newest part ends.
    public internal(set) var end: MediaTime
}

/// When a segment of one rendition begins and how long it lasts, exactly.
public struct SegmentTimes: Hashable, Sendable {
    /// The Media Sequence Number.
    public let number: Int
    /// Decode time of the first sample.
    public let start: MediaTime
    /// Ticks of the same timescale from there to the end of the last sample.
    public let duration: Int64
}
