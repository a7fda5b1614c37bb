/// Which segments are listed and which are kept for players that still hold an older playlist.
///
/// A segment stays listed as long as the window is not full without it. After that it can be had for its own duration and
/// that of the longest playlist that named it (RFC 8216bis §6.2.2), counted in media time. Bounds in bytes and in
/// number come before all that.
struct SegmentShelf {
    /// An initialization section.
    struct Initialization {
        let name: String
        let bytes: Int
    }

    /// A segment of all renditions.
    struct Segment {
        /// Length in ticks of 90 kHz.
        let duration: Int64
        /// Whether it begins behind a discontinuity.
        let isDiscontinuous: Bool
        /// The resources that are its own.
        let resources: [String]
        /// The initialization sections that it needs.
        let initializations: [Initialization]
        /// The sum of the lengths of its resources.
        let bytes: Int
        /// The moment until which it is kept once it is no longer listed.
        var keptUntil: Int64 = 0
    }

    /// The Media Sequence Number of the first listed segment.
    private(set) var mediaSequence = 0
    /// How many discontinuities have left the list at its front.
    private(set) var discontinuitySequence = 0
    /// Whether there ever was a segment.
    private(set) var hasBegun = false
    private(set) var listed: [Segment] = []
    private var kept: [Segment] = []
    private var listedDuration: Int64 = 0
    /// The bytes of the listed segments and of what they need.
    private var listedBytes = 0
    private var listedUses = InitializationUses()
    private var longestList: Int64 = 0
    /// All media that was ever listed: the clock by which segments are kept.
    private var elapsed: Int64 = 0
    /// The bytes of the listed segments and of those that are kept, and of what they need: who changes his tracks again
    /// and again has as many initialization sections as segments.
    private(set) var bytes = 0
    private var uses = InitializationUses()

    /// The fewest segments of a list (Apple HLS authoring specification 8.11).
    static let fewestSegments = 6

    /// The Media Sequence Number of the next segment.
    var nextNumber: Int { mediaSequence + listed.count }

    /// Gives the first segment of all this number.
    mutating func begin(at number: Int) {
        guard !hasBegun, listed.isEmpty else { return }
        mediaSequence = number
    }

    mutating func append(_ segment: Segment) {
        hasBegun = true
        listed.append(segment)
        bytes += segment.bytes + uses.add(segment.initializations)
        listedBytes += segment.bytes + listedUses.add(segment.initializations)
        elapsed += segment.duration
        listedDuration += segment.duration
    }

    /// Whether the oldest listed segment has to go; `shortest` is the least that a list may last.
    func isOverfull(shortest: Int64, _ configuration: SegmentPackager.Configuration) -> Bool {
        guard listed.count > 1, let first = listed.first else { return false }
        if listed.count > max(Self.fewestSegments, configuration.mostListed) { return true }
        // What is kept goes before what is listed, so it does not count here.
        if listedBytes > configuration.mostBytes { return true }
        return listed.count > Self.fewestSegments && listedDuration - first.duration >= shortest
    }

    /// Takes the oldest segment from the list; its resources stay for a while.
    mutating func unlistFirst() {
        longestList = max(longestList, listedDuration)
        var segment = listed.removeFirst()
        mediaSequence += 1
        if segment.isDiscontinuous { discontinuitySequence += 1 }
        listedDuration -= segment.duration
        listedBytes -= segment.bytes
        for unused in listedUses.remove(segment.initializations) { listedBytes -= unused.bytes }
        segment.keptUntil = elapsed + segment.duration + longestList
        kept.append(segment)
    }

    /// Removes what need not be kept any longer, or cannot be, and returns the names.
    mutating func removeOutdated(_ configuration: SegmentPackager.Configuration) -> [String] {
        var names: [String] = []
        var removed = 0
        while removed < kept.count, kept[removed].keptUntil <= elapsed || bytes > configuration.mostBytes {
            let segment = kept[removed]
            removed += 1
            bytes -= segment.bytes
            names += segment.resources
            for unused in uses.remove(segment.initializations) {
                bytes -= unused.bytes
                names.append(unused.name)
            }
        }
        kept.removeFirst(removed)
        return names
    }
}

/// How many segments need each initialization section.
private struct InitializationUses {
    private var counts: [String: Int] = [:]

    /// Counts those that a segment needs, and returns the bytes of the ones that none needed before.
    mutating func add(_ initializations: [SegmentShelf.Initialization]) -> Int {
        var bytes = 0
        for initialization in initializations {
            if counts[initialization.name] == nil { bytes += initialization.bytes }
            counts[initialization.name, default: 0] += 1
        }
        return bytes
    }

    /// Takes back those that a segment needed, and returns the ones that none needs any more.
    mutating func remove(_ initializations: [SegmentShelf.Initialization]) -> [SegmentShelf.Initialization] {
        initializations.filter { initialization in
            counts[initialization.name, default: 1] -= 1
            guard counts[initialization.name] == 0 else { return false }
            counts[initialization.name] = nil
            return true
        }
    }
}
