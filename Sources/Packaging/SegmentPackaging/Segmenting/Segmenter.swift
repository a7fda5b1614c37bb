import MediaModel
import NIOCore

/// Decides which frames belong to which segment, for a stretch of a stream in which neither tracks nor clock change.
///
/// One lane is the pilot, the pictures if there are any, otherwise the first sound. Segments begin with a frame of the
/// pilot; everything else follows by time:
///
/// 1. A segment ends before the first sync frame at or behind the target duration.
/// 2. When no such frame comes within the longest duration, the segment ends before the last sync frame that it has in its
///    second half, and when there is none, before the last frame that fits. Such a segment begins without a sync frame,
///    and players cope: they decode on from the segment before, and only one who begins there waits for pictures. The
///    alternatives are worse: longer segments than promised are refused (RFC 8216bis §4.4.3.1), and dropping the rest of
///    a group of pictures would freeze every player each time.
/// 3. The same rule holds when a segment grows over its bounds in bytes or frames.
/// 4. Further pictures, the other qualities that an encoder sends, begin their segment with their own sync frame that is
///    shown when the pilot's is, though it may be decoded earlier or later. A track without one there is cut at the time
///    of the pilot: its segment begins without a sync frame, and its playlist does not claim otherwise. To end it at
///    another place would give each quality boundaries of its own, between which no player can change.
/// 5. Frames of other lanes belong to the segment in whose time they are decoded. A segment waits until every lane has
///    passed its end, or the pilot is a hold ahead; then a lane that sends nothing is not waited for again until it does.
///    What comes late goes into the segment then under construction, with its own time.
///
/// A sample lasts until the next of its lane begins, so that decode times are continuous by construction.
///
/// Where segments go out in parts, samples leave as soon as it is certain to which segment they belong (`Segmenter+Parts`),
/// and nothing that has left can be cut off any more. So a sync frame in the second half of a segment ends it at once
/// when the one after it might come too late, by the longest group of pictures so far.
struct Segmenter {
    /// What became of a sample.
    enum Acceptance {
        case accepted
        /// From before the stretch begins; not taken.
        case early
        /// Too far from the pilot in time; not taken.
        case outOfReach
        /// Over the bound in bytes; not taken.
        case tooLarge
        /// The pilot has a hole longer than a segment may be; not taken. The stretch ends here.
        case stalled
    }

    struct Lane {
        let timescale: Timescale
        /// How long a sample lasts when there is no next one to tell, in ticks of the lane.
        var sampleLength: Int64
        /// Whether each frame says how long it lasts.
        let countsSamples: Bool
        let isVideo: Bool
        var samples: [TimedSample] = []
        /// Position of the newest sample.
        var progress: Int64
        /// Where `progress` stood when the pilot last sent something.
        var progressAtPilot: Int64
        var isAbsent = false
        /// What of the segment under construction has left in parts.
        var inParts = EmittedSamples()
        /// Which of the samples is the sync frame that is shown together with the first picture behind `plannedEnd`.
        ///
        /// Noted as samples come: thousands may wait, and all would be looked through for each.
        var syncFrame: Int?

        /// Where the newest sample that waits ends, in ticks of 90 kHz.
        var end: Int64? {
            samples.last.map { $0.position + timescale.convert(sampleLength, to: .mpeg) }
                ?? (inParts.count > 0 ? timescale.convert(inParts.end, to: .mpeg) : nil)
        }

        /// When a sample is presented, in ticks of 90 kHz.
        func shown(_ sample: TimedSample) -> Int64 {
            sample.position + timescale.convert(Int64(sample.compositionOffset), to: .mpeg)
        }
    }

    /// Where a segment ends and the next begins.
    struct Cut {
        /// The position of the pilot's first sample behind it.
        var position: Int64
        /// When that is presented; `nil` when the stretch ends here.
        var shown: Int64?
    }

    /// How many groups of pictures tell what to expect: 16.
    private static let rememberedGroups = 16

    var rules: SegmentationRules
    let pilot: Int
    var lanes: [Lane]
    private(set) var start: Int64
    private(set) var plannedEnd: Cut?
    /// Where the first segment is meant to end, in ticks of 90 kHz; `nil` behind it, and where it is like the others.
    private var firstEnd: Int64?
    /// How many of the pilot's samples have been looked at for an end.
    var scanned = 0
    /// Position of the pilot's newest sync frame that was looked at, in ticks of 90 kHz.
    private var latestSync: Int64?
    /// The latest distances between two sync frames of the pilot, and the longest of them, in ticks of 90 kHz.
    private var groups: [Int64] = []
    private var longestGroup: Int64 = 0
    private var queuedBytes = 0
    private var queuedSamples = 0

    /// Makes a segmenter for the lanes of an epoch whose first segment begins at `start`, in ticks of 90 kHz.
    ///
    /// - Parameter isInStep: whether the first segment ends so that those behind it begin in step with the date.
    init(lanes: [Epoch.Lane], pilot: Int, start: Int64, isInStep: Bool = false, rules: SegmentationRules) {
        self.rules = rules
        firstEnd = isInStep ? TimelinePlace.endOfSlot(at: start, target: rules.target) : nil
        self.pilot = pilot
        self.start = start
        self.lanes = lanes.map { lane in
            Lane(
                timescale: lane.clock.timescale,
                // A thirtieth of a second, until two samples have shown better.
                sampleLength: lane.clock.frameLength ?? max(1, lane.clock.timescale.ticksPerSecond / 30),
                countsSamples: lane.clock.countsSamples, isVideo: lane.track.kind == .video, progress: start,
                progressAtPilot: start)
        }
    }

    /// Takes a sample of a lane, and how long it lasts if it says so; the decode times of a lane must increase.
    mutating func append(_ sample: TimedSample, length: Int64?, lane index: Int) -> Acceptance {
        let size = sample.payload.readableBytes
        guard size <= rules.mostBytes, queuedBytes + size <= 2 * rules.mostBytes, queuedSamples < 2 * rules.mostSamples
        else { return .tooLarge }
        if let refusal = refusal(of: sample, lane: index) { return refusal }
        if let length {
            lanes[index].sampleLength = length
        } else if let last = lanes[index].samples.last {
            lanes[index].sampleLength = sample.decodeTime - last.decodeTime
        }
        lanes[index].samples.append(sample)
        if let plannedEnd, isSyncFrame(sample, of: index, at: plannedEnd) {
            lanes[index].syncFrame = lanes[index].samples.count - 1
        }
        lanes[index].progress = max(lanes[index].progress, sample.position)
        lanes[index].isAbsent = false
        queuedBytes += size
        queuedSamples += 1
        if index == pilot { for other in lanes.indices { lanes[other].progressAtPilot = lanes[other].progress } }
        return .accepted
    }

    private func refusal(of sample: TimedSample, lane index: Int) -> Acceptance? {
        if index == pilot {
            return sample.position.subtractingClamped(lanes[index].progress) > rules.longest ? .stalled : nil
        }
        // Sound that went on for so long without a single picture in between: the pictures have stopped.
        let patience = min(rules.longest, SegmentationRules.reach / 2)
        let sincePilot = lanes[index].progress - lanes[index].progressAtPilot
        if sincePilot > patience, lanes[index].progress - lanes[pilot].progress > patience { return .stalled }
        let distance = sample.position.subtractingClamped(lanes[pilot].progress)
        return distance > SegmentationRules.reach || distance < -SegmentationRules.reach ? .outOfReach : nil
    }

    /// The next segment whose end is known and whose frames are all there.
    mutating func nextSegment() -> SegmentDraft? {
        plan()
        guard let end = plannedEnd, isComplete(until: end) else { return nil }
        return cut(at: end)
    }

    /// Ends the stretch: the segments that remain, the last with everything that is left.
    ///
    /// The last picture stays while its sound goes on, as far as a segment may last; sound beyond that gets segments
    /// without pictures.
    mutating func finish() -> [SegmentDraft] {
        var drafts: [SegmentDraft] = []
        plan()
        while let end = plannedEnd {
            drafts.append(cut(at: end))
            plan()
        }
        while let end = lanes.compactMap(\.end).max() {
            drafts.append(cut(at: Cut(position: min(max(end, start + 1), start + rules.longest))))
        }
        return drafts.filter { $0.lanes.contains { $0.count > 0 } }
    }

    // MARK: Where a segment ends

    mutating func plan() {
        guard plannedEnd == nil, let end = nextEnd() else { return }
        plannedEnd = end
        for index in lanes.indices { lanes[index].syncFrame = latestSyncFrame(of: index, at: end) }
    }

    private mutating func nextEnd() -> Cut? {
        let samples = lanes[pilot].samples
        while scanned < samples.count {
            let index = scanned
            scanned += 1
            if samples[index].isSync { noteGroup(at: samples[index].position) }
            // The first sample begins the segment and cannot end it.
            guard index + lanes[pilot].inParts.count > 0 else { continue }
            let elapsed = samples[index].position - start
            if elapsed > rules.longest {
                return forcedEnd(before: index)
            }
            if samples[index].isSync, samples[index].position >= earliestEnd { return cut(before: samples[index]) }
        }
        guard isOverfull, samples.count + lanes[pilot].inParts.count > 1, !samples.isEmpty else { return nil }
        return forcedEnd(before: samples.count)
    }

    private mutating func noteGroup(at position: Int64) {
        // What is longer than a segment may be is a hole, and says nothing about the encoder.
        if let latestSync, position > latestSync, position - latestSync <= rules.longest {
            groups.append(position - latestSync)
            if groups.count > Self.rememberedGroups { groups.removeFirst() }
            longestGroup = groups.max() ?? 0
        }
        latestSync = position
    }

    /// Where the segment under construction can end at the earliest, in ticks of 90 kHz: at a sync frame behind the target
    /// duration, or before it where the one after might come too late.
    var earliestEnd: Int64 {
        let usual = min(rules.target, firstEnd.map { $0 - start } ?? rules.target) - slack
        guard rules.part > 0, !lanes[pilot].countsSamples else { return start + usual }
        return start + min(usual, max(1, rules.longest - longestGroup + 1))
    }

    /// Sound has a frame wherever it is wanted; only pictures need leniency.
    private var slack: Int64 { lanes[pilot].countsSamples ? 0 : min(SegmentationRules.slack, rules.target / 10) }

    private var isOverfull: Bool { queuedBytes > rules.mostBytes || queuedSamples > rules.mostSamples }

    private func cut(before sample: TimedSample) -> Cut {
        Cut(position: sample.position, shown: lanes[pilot].shown(sample))
    }

    /// Before the best sample to begin the next segment, of those from the segment's second on and before `index` that are
    /// in no part.
    private func forcedEnd(before index: Int) -> Cut {
        let samples = lanes[pilot].samples
        let first = lanes[pilot].inParts.count == 0 ? 1 : 0
        let candidates = samples[first..<min(max(index, first + 1), samples.count)]
        let sync = candidates.last { $0.isSync && $0.position - start >= rules.target / 2 }
        return (sync ?? candidates.last).map(cut(before:)) ?? Cut(position: start + rules.longest)
    }

    private mutating func isComplete(until end: Cut) -> Bool {
        if isOverfull { return true }
        let isHeld = lanes[pilot].progress - end.position < rules.hold
        for index in lanes.indices where index != pilot && !lanes[index].isAbsent && !hasPassed(end, lane: index) {
            if isHeld { return false }
            lanes[index].isAbsent = lanes[index].progress < end.position
        }
        return true
    }

    /// Whether nothing more can come of a lane that belongs before `cut`.
    func hasPassed(_ cut: Cut, lane index: Int) -> Bool {
        let progress = lanes[index].progress
        guard lanes[index].isVideo, let shown = cut.shown else { return progress >= cut.position }
        // A sync frame that is shown in time may be decoded as late as this, and not when it is already there.
        return progress >= max(cut.position, shown + SegmentationRules.alignment)
            || syncFrame(of: index, at: cut) != nil
    }

    /// The sync frame of a lane that is shown together with the first picture behind `cut`, the planned end.
    func syncFrame(of index: Int, at cut: Cut) -> Int? {
        // Where the stretch ends there is no such picture.
        cut.shown == nil ? nil : lanes[index].syncFrame
    }

    /// Looks through the samples of a lane for that sync frame, the latest where there are several.
    private func latestSyncFrame(of index: Int, at cut: Cut) -> Int? {
        lanes[index].samples.lastIndex { isSyncFrame($0, of: index, at: cut) }
    }

    private func isSyncFrame(_ sample: TimedSample, of index: Int, at cut: Cut) -> Bool {
        guard index != pilot, lanes[index].isVideo, sample.isSync, let shown = cut.shown else { return false }
        return sample.position >= cut.position - SegmentationRules.longestReordering
            && abs(lanes[index].shown(sample) - shown) <= SegmentationRules.alignment
    }

    // MARK: What a segment has

    private mutating func cut(at end: Cut) -> SegmentDraft {
        var drafts: [SegmentDraft.Lane] = []
        drafts.reserveCapacity(lanes.count)
        for index in lanes.indices {
            let draft = take(from: index, until: end)
            for sample in draft.samples { queuedBytes -= sample.payload.readableBytes }
            queuedBytes -= draft.inParts.bytes
            queuedSamples -= draft.count
            drafts.append(draft)
        }
        let draft = SegmentDraft(
            start: start, end: end.position, isIndependent: drafts[pilot].isIndependent, lanes: drafts)
        start = end.position
        firstEnd = nil
        plannedEnd = nil
        for index in lanes.indices { lanes[index].syncFrame = nil }
        scanned = 0
        return draft
    }

    private mutating func take(from index: Int, until end: Cut) -> SegmentDraft.Lane {
        let count = count(of: index, before: end)
        let inParts = lanes[index].inParts
        lanes[index].inParts = EmittedSamples()
        guard count > 0 else {
            let next = lanes[index].samples.first?.decodeTime ?? inParts.end
            return SegmentDraft.Lane(samples: [], end: inParts.end, next: next, inParts: inParts)
        }
        let taken = Array(lanes[index].samples[..<count])
        lanes[index].samples.removeFirst(count)
        let next = lanes[index].samples.first?.decodeTime
        let end = endTime(of: taken, behind: inParts, next: next, lane: index, until: end)
        return SegmentDraft.Lane(samples: taken, end: end, next: next ?? end, inParts: inParts)
    }

    /// How many of the samples of a lane that wait belong before `end`.
    func count(of index: Int, before end: Cut) -> Int {
        let samples = lanes[index].samples
        guard let first = lanes[index].inParts.first?.position ?? samples.first?.position else { return 0 }
        // Sound that came late must not make its segment longer than any may be; the rest goes into the next.
        let latest = first.addingClamped(rules.longest)
        let sync = syncFrame(of: index, at: end)
        let bound = sync == nil ? end.position : .max
        let passed = samples.firstIndex { $0.position >= bound || (index != pilot && $0.position >= latest) }
        return min(sync ?? samples.count, passed ?? samples.count)
    }
}

// MARK: When the last sample ends

extension Segmenter {
    /// Decode time at which the last of `taken` ends, the end of a lane's part of a segment, in ticks of the lane.
    func endTime(
        of taken: [TimedSample], behind inParts: EmittedSamples, next: Int64?, lane index: Int, until end: Cut
    ) -> Int64 {
        guard let last = taken.last?.decodeTime else { return inParts.end }
        let natural = last.addingClamped(lanes[index].sampleLength)
        guard index != pilot else {
            // The pilot's ends with the next one, or with the stretch; then in a part no later than that may end.
            if let next { return max(last + 1, next) }
            let ending = Timescale.mpeg.convert(end.position, to: lanes[index].timescale)
            guard rules.part > 0 else { return max(last + 1, ending) }
            return max(last + 1, min(ending, max(natural, latestEndOfPart(with: taken, lane: index))))
        }
        // A sample lasts until the next, but the last of a segment does not bridge a real hole, nor make it too long.
        let ending = next.map { $0 - last <= 4 * lanes[index].sampleLength ? $0 : natural } ?? natural
        let begun = inParts.first?.position ?? taken[0].position
        let latest = begun.addingClamped(rules.longest + SegmentationRules.soundBeyondLongest)
        return max(last + 1, min(ending, Timescale.mpeg.convert(latest, to: lanes[index].timescale)))
    }

    /// Where the part that the last of `samples` is in must end, in ticks of the lane.
    private func latestEndOfPart(with samples: [TimedSample], lane index: Int) -> Int64 {
        let longest = PartRule.longest(rules.part, in: lanes[index].timescale)
        var rest = samples[...]
        while let count = PartRule.count(Array(rest), known: rest.count - 1, longest: longest) {
            rest = rest.dropFirst(count)
        }
        return (rest.first?.decodeTime ?? 0).addingClamped(longest)
    }
}
