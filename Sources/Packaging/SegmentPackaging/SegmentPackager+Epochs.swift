import M3U8
public import MediaModel
import NIOCore

/// Which frames make which epoch.
extension SegmentPackager {
    /// Takes over the publisher's new set of tracks.
    mutating func change(to tracks: [Track], into events: inout [PackagingEvent]) {
        let selection = TrackSelection(from: tracks, configuration: configuration)
        for track in selection.omitted where !omittedTracks.contains(track) { events.append(.trackOmitted(track)) }
        omittedTracks = selection.omitted
        included = selection.included
        guard let epoch else {
            // What was gathered under the old tracks could not be decoded under the new ones.
            gathering = Gathering()
            return
        }
        let pilot = epoch.lanes[epoch.pilot].track
        if !included.contains(where: { $0.isSame(as: pilot) }) {
            endEpoch(into: &events)
        } else {
            // A track that is new becomes a reason to change when it sends something, and not before.
            isChangeDue = !epoch.lanes.allSatisfy { lane in included.contains { $0.isSame(as: lane.track) } }
        }
    }

    /// Takes a frame into the epoch, or into what will become one.
    mutating func take(_ frame: MediaFrame, wallclock: Int64, into events: inout [PackagingEvent]) {
        guard included.contains(where: { $0 === frame.track }) else {
            counters.framesOmitted += 1
            return
        }
        // Nothing can be decoded from nothing; publishers send such to keep a connection awake.
        guard frame.payload.readableBytes > 0 else { return }
        guard !segmentAllowance.isSpent || segmentAllowance.isLeft(at: wallclock) else {
            counters.framesWhileUnsettled += 1
            return
        }
        // The epoch is asked in place: a copy of it, held while it takes the frame, would copy all that it holds.
        guard let pilot = epoch?.pilot, let hasVideo = epoch?.hasVideo else {
            gather(frame, wallclock: wallclock, into: &events)
            return
        }
        guard let lane = epoch?.lane(of: frame.track) else {
            join(frame, wallclock: wallclock, hasVideo: hasVideo, into: &events)
            return
        }
        if isChangeDue, lane == pilot, frame.isSync, allowance.isLeft(at: wallclock) {
            endEpoch(into: &events)
            gather(frame, wallclock: wallclock, into: &events)
            return
        }
        switch epoch?.append(frame, lane: lane) {
        case .accepted: publishFinished(into: &events)
        case .early: counters.framesAwaitingSync += 1
        case .outOfReach: counters.framesOutOfReach += 1
        case .tooLarge: counters.framesTooLarge += 1
        case .stalled:
            endEpoch(into: &events)
            gather(frame, wallclock: wallclock, into: &events)
        case nil: break
        }
    }

    /// A frame of a track that came late or has changed: with it the next epoch is due.
    private mutating func join(
        _ frame: MediaFrame, wallclock: Int64, hasVideo: Bool, into events: inout [PackagingEvent]
    ) {
        let canBeginHere = !hasVideo && frame.isSync
        guard canBeginHere, allowance.isLeft(at: wallclock) else {
            // Sound waits for the next picture that one can begin with, pictures for their own.
            if hasVideo { isChangeDue = true }
            counters.framesAwaitingSync += 1
            return
        }
        endEpoch(into: &events)
        gather(frame, wallclock: wallclock, into: &events)
    }

    /// Keeps a frame for the next epoch, and begins that when it can begin.
    private mutating func gather(_ frame: MediaFrame, wallclock: Int64, into events: inout [PackagingEvent]) {
        guard gathering.append(frame, wallclock: wallclock) else {
            counters.framesAwaitingSync += 1
            return
        }
        guard gathering.isReady(expected: included, configuration: configuration, wallclock: wallclock) else { return }
        guard allowance.isLeft(at: wallclock) else {
            guard gathering.isFull(configuration) else { return }
            counters.framesWhileUnsettled += gathering.entries.count
            gathering = Gathering()
            return
        }
        beginEpoch(into: &events)
    }

    private mutating func beginEpoch(into events: inout [PackagingEvent]) {
        let gathered = gathering.entries
        let tracks = gathering.present(of: included)
        let pilot = tracks.first { $0.kind == .video } ?? tracks.first
        let origin = pilot.flatMap { gathering.origin(of: $0, beside: tracks) }
        gathering = Gathering()
        isChangeDue = false
        guard let pilot, let first = gathered.first(where: { $0.frame.track === pilot }), let origin else { return }
        allowance.spend()
        // Dates never go back, even when a publisher sends faster than time passes.
        var start = presentation.timelineEnd
        var wallclock = max(first.wallclock, presentation.wallclockEnd ?? first.wallclock)
        let shared = place(of: origin)
        if let shared { (start, wallclock) = shared }
        if configuration.numbering == .byDate {
            presentation.shelf.begin(at: TimelinePlace.number(of: wallclock, target: configuration.target))
        }
        epoch = Epoch(
            tracks: tracks, origin: origin, pilotTime: MediaTime(first.frame.decodeTime, pilot.timescale), start: start,
            wallclock: wallclock, isShared: shared != nil, rules: rules,
            configuration: configuration)
        for entry in gathered { take(entry.frame, wallclock: entry.wallclock, into: &events) }
    }

    /// Where the publisher's timestamps place the next epoch, and the date of it; `nil` where they are not to be used, or lead
    /// back into what is published.
    private func place(of origin: MediaTime) -> (start: Int64, wallclock: Int64)? {
        guard case .publishers(let zero) = configuration.timeline else { return nil }
        let date = zero.addingClamped(origin.ticks(of: .milliseconds))
        guard let start = TimelinePlace.position(of: date), start >= presentation.timelineEnd,
            date >= presentation.wallclockEnd ?? date
        else { return nil }
        return (start, date)
    }

    /// Publishes what remains of the epoch; the next frames are gathered for another.
    mutating func endEpoch(into events: inout [PackagingEvent]) {
        gathering = Gathering()
        isChangeDue = false
        guard let drafts = epoch?.segmenter.finish(), let count = epoch?.segmentCount else { return }
        // An epoch of a few frames is not worth a discontinuity.
        if count > 0 || presentation.hasOpenSegment
            || drafts.contains(where: { $0.end - $0.start >= Self.shortestEpoch })
        {
            for draft in drafts { publish(draft, isCutOff: true, into: &events) }
        }
        epoch = nil
        presentation.expectNextEpoch()
        presentation.closeManifest(into: &events)
        presentation.publishChangedPlaylists(into: &events)
    }

    /// What an epoch must last to be published at all: 100 ms, in ticks of 90 kHz.
    private static let shortestEpoch: Int64 = 9000

    private mutating func publishFinished(into events: inout [PackagingEvent]) {
        repeat {
            while let part = epoch?.segmenter.nextPart() { publish(part, into: &events) }
            guard let draft = epoch?.segmenter.nextSegment() else { break }
            publish(draft, into: &events)
        } while true
        presentation.publishChangedPlaylists(into: &events)
    }

    private mutating func publish(_ part: PartDraft, into events: inout [PackagingEvent]) {
        guard let current = epoch else { return }
        presentation.publish(part, of: current, counters: &counters, into: &events)
    }

    private mutating func publish(_ draft: SegmentDraft, isCutOff: Bool = false, into events: inout [PackagingEvent]) {
        _ = segmentAllowance.isLeft(at: latestWallclock)
        segmentAllowance.spend()
        // Taken out, so that nobody else holds what is changed and nothing is copied.
        guard var current = epoch else { return }
        epoch = nil
        presentation.publish(draft, of: &current, isCutOff: isCutOff, counters: &counters, into: &events)
        current.segmenter.rules.longest = presentation.longestSegment
        current.segmenter.rules.part = presentation.partTarget
        epoch = current
    }

    private var rules: SegmentationRules {
        SegmentationRules(
            target: configuration.target, longest: presentation.longestSegment,
            hold: configuration.longestHold.mpegTicks,
            mostBytes: max(1, configuration.mostBytesInSegment), mostSamples: max(2, configuration.mostFramesInSegment),
            part: presentation.partTarget)
    }
}

extension Track {
    /// Whether frames of `other` can follow frames of this track without a decoder noticing.
    public func isSame(as other: Track) -> Bool {
        self === other || (id == other.id && timescale == other.timescale && configuration == other.configuration)
    }
}
