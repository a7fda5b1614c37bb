import NIOCore

/// A frame with its place on the output timeline.
struct TimedSample {
    /// Decode time in ticks of its lane.
    var decodeTime: Int64
    /// The same in ticks of 90 kHz, in which lanes are held against each other.
    var position: Int64
    /// Presentation time minus decode time in ticks of its lane.
    var compositionOffset: Int32
    var isSync: Bool
    var isDisposable: Bool
    var payload: ByteBuffer
}

/// A segment as the segmenter cuts it: which samples of each lane belong to it.
struct SegmentDraft {
    /// What one lane has in a segment.
    struct Lane {
        /// In decoding order; empty where the lane has nothing for this time.
        var samples: [TimedSample]
        /// Decode time at which the last sample ends, in ticks of the lane.
        var end: Int64

        /// Whether a decoder can begin with the first sample, if there is one.
        var isIndependent: Bool { samples.first?.isSync ?? true }
    }

    /// Where the segment begins, in ticks of 90 kHz.
    var start: Int64
    /// Where it ends and the next begins, in ticks of 90 kHz.
    var end: Int64
    /// Whether a decoder can begin here.
    var isIndependent: Bool
    /// In the order of the segmenter's lanes.
    var lanes: [Lane]
}
