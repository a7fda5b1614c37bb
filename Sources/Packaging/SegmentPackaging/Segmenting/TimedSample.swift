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
        /// The samples that were in no part before, in decoding order.
        var samples: [TimedSample]
        /// Decode time at which the last sample ends, in ticks of the lane.
        var end: Int64
        /// Decode time of the sample behind the segment as far as it is known, in ticks of the lane.
        var next: Int64
        /// What went out in parts before.
        var inParts = EmittedSamples()

        /// Position of the first sample in ticks of 90 kHz; `nil` where the lane has nothing for this time.
        var position: Int64? { inParts.first?.position ?? samples.first?.position }
        /// Decode time of the first sample in ticks of the lane.
        var start: Int64? { inParts.first?.decodeTime ?? samples.first?.decodeTime }
        /// Presentation time of the first sample in ticks of the lane.
        var shown: Int64? {
            inParts.first.map { $0.decodeTime + Int64($0.compositionOffset) }
                ?? samples.first.map { $0.decodeTime + Int64($0.compositionOffset) }
        }
        /// How many samples the lane has in the segment.
        var count: Int { inParts.count + samples.count }
        /// Whether a decoder can begin with the first sample, if there is one.
        var isIndependent: Bool { inParts.first?.isSync ?? samples.first?.isSync ?? true }
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

/// The samples of a lane that are in parts of the segment under construction.
struct EmittedSamples {
    /// How a segment begins.
    struct Beginning {
        /// In ticks of 90 kHz.
        let position: Int64
        /// In ticks of the lane.
        let decodeTime: Int64
        let compositionOffset: Int32
        let isSync: Bool
    }

    /// The first of them; `nil` before the first part.
    var first: Beginning?
    var count = 0
    var bytes = 0
    /// Decode time at which the newest of them ends, in ticks of the lane.
    var end: Int64 = 0
}

/// A part of a segment as the segmenter cuts it: consecutive samples of one lane.
struct PartDraft {
    let lane: Int
    /// In decoding order, at least one.
    let samples: [TimedSample]
    /// Decode time at which the last sample ends, in ticks of the lane.
    let end: Int64
    /// Decode time of the sample behind it, with which the next part begins, in ticks of the lane.
    let next: Int64
    /// Where the pilot's first sample lies in the segment that it belongs to, in ticks of 90 kHz.
    let segmentStart: Int64
}
