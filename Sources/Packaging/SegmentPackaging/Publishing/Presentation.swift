import M3U8
import MediaModel
import NIOCore

/// All that players see of a stream: the segments in every rendition, and the playlists that name them.
struct Presentation {
    var configuration: SegmentPackager.Configuration
    /// Everything that can be fetched, by name.
    private(set) var resources: [String: PackagedResource] = [:]
    /// The target duration of all playlists in seconds; `nil` until the first segment has settled it.
    private(set) var targetDuration: Int?
    /// The part target in ticks of 90 kHz; 0 until the first segment has settled it, and where there are no parts.
    private(set) var partTarget: Int64 = 0
    private(set) var multivariantPlaylist: MultivariantPlaylist?
    /// Where the next epoch begins on the output timeline, in ticks of 90 kHz.
    private(set) var timelineEnd = SegmentPackager.timelineOriginSeconds * 90_000
    /// The wallclock time of `timelineEnd`; `nil` before the first segment.
    private(set) var wallclockEnd: Int64?

    var renditions: [PackagedRendition] = []
    /// What the DASH manifest tells.
    var manifest = ManifestJournal()
    /// When it was made last, and what time it is, in milliseconds since 1970.
    var manifestTime: Int64 = 0
    var now: Int64 = 0
    var shelf = SegmentShelf()
    var isEnded = false

    init(configuration: SegmentPackager.Configuration) {
        self.configuration = configuration
    }

    /// The longest segment that still rounds to the target duration in every rendition, in ticks of 90 kHz.
    ///
    /// A segment may pass the target by less than half a second (RFC 8216bis §4.4.3.1); the tenth that is kept back is for
    /// sound, whose segments end up to a frame later.
    var longestSegment: Int64 {
        targetDuration.map { Int64($0) * 90_000 + 36_000 } ?? configuration.longest
    }

    /// Publishes a segment of `epoch` in all renditions.
    mutating func publish(
        _ draft: SegmentDraft, of epoch: inout Epoch, isCutOff: Bool, counters: inout PackagingCounters,
        into events: inout [PackagingEvent]
    ) {
        settleTargets(by: draft, of: epoch)
        var entry = SegmentEntry(
            number: shelf.nextNumber, isDiscontinuous: beginsDiscontinuity(epoch), isCutOff: isCutOff,
            draft: draft)
        for output in epoch.outputs.indices {
            write(&entry, output: output, of: &epoch, counters: &counters, into: &events)
        }
        // What no file could hold is no segment.
        guard !renditions.isEmpty else { return }
        journalize(entry, of: epoch)
        fillGaps(beside: &entry, epoch: epoch, into: &events)
        counters.count(entry, pilot: epoch.pilot)
        if !draft.isIndependent { events.append(.segmentForced(number: entry.number)) }
        shelf.append(SegmentShelf.Segment(entry))
        epoch.count(draft)
        takeFrameRates(of: epoch)

        timelineEnd = max(draft.end, entry.end)
        wallclockEnd = epoch.wallclock(at: timelineEnd)
        isEnded = false
        trimPlaylists()
        let deserted = dropDesertedRenditions(beside: epoch)
        let playlist = composer(epoch).playlist()
        if !playlist.variants.isEmpty { multivariantPlaylist = playlist }
        composeLines()
        publishPlaylists(into: &events)
        // Only now does no playlist name what is removed.
        for name in deserted + shelf.removeOutdated(configuration) {
            resources[name] = nil
            events.append(.resourceRemoved(name: name))
        }
    }

    /// Whether the next segment of `epoch` does not continue what is listed before it.
    func beginsDiscontinuity(_ epoch: Epoch) -> Bool { epoch.segmentCount == 0 && shelf.hasBegun }

    /// Says in all playlists that nothing follows.
    mutating func end(into events: inout [PackagingEvent]) {
        guard !isEnded, !renditions.isEmpty else { return }
        isEnded = true
        publishPlaylists(into: &events)
        manifest.isChanged = true
        publishManifest(into: &events)
    }

    /// The first segment of all settles the target duration and the part target, and with the former the longest segment
    /// that may follow.
    private mutating func settleTargets(by draft: SegmentDraft, of epoch: Epoch) {
        guard targetDuration == nil else { return }
        // Sound ends with its own frames, and may pass the half second that the pictures do not.
        let longest = epoch.outputs.map { output in
            let span = span(of: output, in: draft, epoch)
            return span.end - span.start
        }.reduce(draft.end - draft.start, max)
        let rounded = (longest + 45_000) / 90_000
        let target = max(configuration.targetSeconds, rounded)
        targetDuration = Int(target)
        guard configuration.part > 0 else { return }
        let lengths = zip(epoch.lanes, draft.lanes).compactMap { lane, part in
            part.frameLength(
                ticksPerSecond: lane.clock.timescale.ticksPerSecond, isExact: lane.clock.frameLength != nil)
        }
        partTarget = PartTarget.settled(configuration.part, lengths: lengths, longest: target * 90_000)
    }

    /// Makes something to be fetched.
    mutating func offer(_ resource: PackagedResource, into events: inout [PackagingEvent]) {
        resources[resource.name] = resource
        events.append(.resourceReady(resource))
    }
}
