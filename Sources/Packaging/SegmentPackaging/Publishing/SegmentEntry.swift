/// What is collected about a segment while its renditions are written.
struct SegmentEntry {
    let number: Int
    let isDiscontinuous: Bool
    /// Whether it ends because the publisher did.
    let isCutOff: Bool
    let draft: SegmentDraft
    var resources: [String] = []
    var initializations: [SegmentShelf.Initialization] = []
    var bytes = 0
    /// Where the last of its samples ends, in ticks of 90 kHz.
    var end: Int64 = 0
}

extension SegmentShelf.Segment {
    init(_ entry: SegmentEntry) {
        self.init(
            duration: entry.draft.end - entry.draft.start, isDiscontinuous: entry.isDiscontinuous,
            resources: entry.resources, initializations: entry.initializations, bytes: entry.bytes)
    }
}

extension PackagingCounters {
    /// Counts a segment and the frames in it.
    mutating func count(_ entry: SegmentEntry, pilot: Int) {
        segments += 1
        unalignedSegments += zip(0..., entry.draft.lanes).count { $0 != pilot && !$1.isIndependent }
        framesPackaged += entry.draft.lanes.reduce(0) { $0 + $1.count }
        if entry.isDiscontinuous { discontinuities += 1 }
        if !entry.draft.isIndependent { forcedSegments += 1 }
    }
}
