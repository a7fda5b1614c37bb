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

    private struct Lane {
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

        /// Where the newest sample that waits ends, in ticks of 90 kHz.
        var end: Int64? {
            samples.last.map { $0.position + timescale.convert(sampleLength, to: .mpeg) }
        }

        /// When a sample is presented, in ticks of 90 kHz.
        func shown(_ sample: TimedSample) -> Int64 {
            sample.position + timescale.convert(Int64(sample.compositionOffset), to: .mpeg)
        }
    }

    /// Where a segment ends and the next begins.
    private struct Cut {
        /// The position of the pilot's first sample behind it.
        var position: Int64
        /// When that is presented; `nil` when the stretch ends here.
        var shown: Int64?
    }

    var rules: SegmentationRules
    private let pilot: Int
    private var lanes: [Lane]
    private var start: Int64
    private var plannedEnd: Cut?
    /// How many of the pilot's samples have been looked at for an end.
    private var scanned = 0
    private var queuedBytes = 0
    private var queuedSamples = 0

    /// Makes a segmenter for the lanes of an epoch whose first segment begins at `start`, in ticks of 90 kHz.
    init(lanes: [Epoch.Lane], pilot: Int, start: Int64, rules: SegmentationRules) {
        self.rules = rules
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
        return drafts.filter { $0.lanes.contains { !$0.samples.isEmpty } }
    }

    // MARK: Where a segment ends

    private mutating func plan() {
        guard plannedEnd == nil else { return }
        let samples = lanes[pilot].samples
        while scanned < samples.count {
            let index = scanned
            scanned += 1
            // The first sample begins the segment and cannot end it.
            guard index > 0 else { continue }
            let elapsed = samples[index].position - start
            if elapsed > rules.longest {
                plannedEnd = forcedEnd(before: index)
                return
            }
            if samples[index].isSync, elapsed >= rules.target - slack {
                plannedEnd = cut(before: samples[index])
                return
            }
        }
        if isOverfull, samples.count > 1 { plannedEnd = forcedEnd(before: samples.count) }
    }

    /// Sound has a frame wherever it is wanted; only pictures need leniency.
    private var slack: Int64 { lanes[pilot].countsSamples ? 0 : min(SegmentationRules.slack, rules.target / 10) }

    private var isOverfull: Bool { queuedBytes > rules.mostBytes || queuedSamples > rules.mostSamples }

    private func cut(before sample: TimedSample) -> Cut {
        Cut(position: sample.position, shown: lanes[pilot].shown(sample))
    }

    /// Before the best sample to begin the next segment, of those from the second on and before `index`.
    private func forcedEnd(before index: Int) -> Cut {
        let samples = lanes[pilot].samples
        let candidates = samples[1..<max(index, 2)]
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
    private func hasPassed(_ cut: Cut, lane index: Int) -> Bool {
        let progress = lanes[index].progress
        guard lanes[index].isVideo, let shown = cut.shown else { return progress >= cut.position }
        // A sync frame that is shown in time may be decoded as late as this, and not when it is already there.
        return progress >= max(cut.position, shown + SegmentationRules.alignment)
            || syncFrame(of: index, at: cut) != nil
    }

    /// The sync frame of a lane that is shown together with the first picture behind `cut`.
    private func syncFrame(of index: Int, at cut: Cut) -> Int? {
        guard index != pilot, lanes[index].isVideo, let shown = cut.shown else { return nil }
        let lane = lanes[index]
        let earliest = cut.position - SegmentationRules.longestReordering
        return lane.samples.indices.reversed().prefix { lane.samples[$0].position >= earliest }.first {
            lane.samples[$0].isSync && abs(lane.shown(lane.samples[$0]) - shown) <= SegmentationRules.alignment
        }
    }

    // MARK: What a segment has

    private mutating func cut(at end: Cut) -> SegmentDraft {
        let isIndependent = lanes[pilot].samples.first?.isSync ?? true
        var drafts: [SegmentDraft.Lane] = []
        drafts.reserveCapacity(lanes.count)
        for index in lanes.indices {
            let draft = take(from: index, until: end)
            for sample in draft.samples { queuedBytes -= sample.payload.readableBytes }
            queuedSamples -= draft.samples.count
            drafts.append(draft)
        }
        let draft = SegmentDraft(start: start, end: end.position, isIndependent: isIndependent, lanes: drafts)
        start = end.position
        plannedEnd = nil
        scanned = 0
        return draft
    }

    private mutating func take(from index: Int, until end: Cut) -> SegmentDraft.Lane {
        let samples = lanes[index].samples
        guard let first = samples.first else { return SegmentDraft.Lane(samples: [], end: 0) }
        // Sound that came late must not make its segment longer than any may be; the rest goes into the next.
        let latest = first.position.addingClamped(rules.longest)
        let sync = syncFrame(of: index, at: end)
        let bound = sync == nil ? end.position : .max
        let passed = samples.firstIndex { $0.position >= bound || (index != pilot && $0.position >= latest) }
        let count = min(sync ?? samples.count, passed ?? samples.count)
        guard count > 0 else { return SegmentDraft.Lane(samples: [], end: first.decodeTime) }
        lanes[index].samples.removeFirst(count)
        let taken = Array(samples[..<count])
        let last = taken[count - 1].decodeTime
        let length = lanes[index].sampleLength
        if index == pilot { return SegmentDraft.Lane(samples: taken, end: max(last + 1, pilotEndTime(end.position))) }
        guard count < samples.count else { return SegmentDraft.Lane(samples: taken, end: last + length) }
        // A sample lasts until the next, but it does not bridge a real hole.
        let next = samples[count].decodeTime
        return SegmentDraft.Lane(samples: taken, end: next - last <= 4 * length ? next : last + length)
    }

    /// Where the pilot's last sample ends, in ticks of its lane: with the next one, or at `end` when there is none.
    private func pilotEndTime(_ end: Int64) -> Int64 {
        if let next = lanes[pilot].samples.first { return next.decodeTime }
        return Timescale.mpeg.convert(end, to: lanes[pilot].timescale)
    }
}
