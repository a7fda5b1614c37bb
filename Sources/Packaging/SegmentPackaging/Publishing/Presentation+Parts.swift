import M3U8
import MediaModel
import NIOCore

/// How parts get into the renditions.
extension Presentation {
    /// Whether parts of a segment have been published that is not whole.
    var hasOpenSegment: Bool { renditions.contains { $0.open != nil } }

    /// Publishes a part of the segment under construction in the rendition that carries its lane; the playlist is left to
    /// `publishChangedPlaylists`.
    mutating func publish(
        _ part: PartDraft, of epoch: Epoch, isCutOff: Bool = false, counters: inout PackagingCounters,
        into events: inout [PackagingEvent]
    ) {
        guard let output = epoch.outputs.first(where: { $0.lanes.first == part.lane }), let first = part.samples.first
        else { return }
        let number = shelf.nextNumber
        let timescale = epoch.lanes[part.lane].clock.timescale
        let isFirst = renditions.first { $0.name == output.name }?.open == nil
        guard let bytes = output.writer.write(part, in: timescale, startsSegment: isFirst) else {
            counters.framesTooLarge += part.samples.count
            return
        }
        let index = beginRendition(for: output, of: epoch, at: number, into: &events)
        var open = renditions[index].open ?? begin(number, with: part, of: epoch, in: renditions[index])
        // Nobody else holds what is appended to, so that nothing is copied.
        renditions[index].open = nil
        let start = MediaTime(first.decodeTime, timescale)
        let name = renditions[index].name(ofPartAt: start, of: epoch, isCutOff: isCutOff, configuration)
        offer(
            PackagedResource(
                name: name, kind: .part, mediaType: configuration.container.mediaType(hasVideo: output.hasVideo),
                bytes: bytes),
            into: &events)
        let span = SegmentSpan(start: first.position, end: timescale.convert(part.end, to: .mpeg))
        open.listed.parts.append(
            PartialSegment(uri: name, duration: span.duration, isIndependent: first.isSync))
        open.listed.initialization = renditions[index].initialization?.section
        open.published.parts.append(bytes)
        open.published.end = MediaTime(part.end, timescale)
        extendSegment(open.published.name, of: index, by: bytes, hasVideo: output.hasVideo, into: &events)
        open.resources.append(name)
        renditions[index].open = open
        renditions[index].announcePart(at: MediaTime(part.next, timescale), of: epoch, configuration)
        // What had ended goes on in all renditions at once.
        if isEnded { for other in renditions.indices { renditions[other].isChanged = true } }
        isEnded = false
        counters.parts += 1
        if span.end - span.start > partTarget { counters.overlongParts += 1 }
    }

    /// Publishes what of a segment is in no part yet.
    mutating func publishRest(
        of draft: SegmentDraft, output index: Int, of epoch: Epoch, isCutOff: Bool, counters: inout PackagingCounters,
        into events: inout [PackagingEvent]
    ) {
        guard let lane = epoch.outputs[index].lanes.first else { return }
        let rest = draft.lanes[lane]
        let longest = PartRule.longest(partTarget, in: epoch.lanes[lane].clock.timescale)
        var samples = rest.samples
        while !samples.isEmpty {
            let count = PartRule.count(samples, known: samples.count, end: rest.end, longest: longest) ?? samples.count
            let isLast = count >= samples.count
            let part = PartDraft(
                lane: lane, samples: Array(samples.prefix(count)), end: isLast ? rest.end : samples[count].decodeTime,
                next: isLast ? rest.next : samples[count].decodeTime, segmentStart: draft.pilotPosition(epoch))
            publish(part, of: epoch, isCutOff: isCutOff, counters: &counters, into: &events)
            samples.removeFirst(min(count, samples.count))
        }
    }

    /// Takes out the segment of a rendition whose parts are all published.
    mutating func takeOpenSegment(named name: String) -> PackagedRendition.OpenSegment? {
        guard let index = renditions.firstIndex(where: { $0.name == name }) else { return nil }
        defer { renditions[index].open = nil }
        return renditions[index].open
    }

    /// Says with which part the segment behind `draft` begins.
    mutating func announceNextPart(
        of output: RenditionOutput, behind draft: SegmentDraft, of epoch: Epoch, in rendition: Int
    ) {
        guard partTarget > 0, let lane = output.lanes.first else { return }
        let start = MediaTime(draft.lanes[lane].next, epoch.lanes[lane].clock.timescale)
        renditions[rendition].announcePart(at: start, of: epoch, configuration)
    }

    /// Says in all playlists with which part the next epoch will begin, if it begins where this one ends.
    mutating func expectNextEpoch() {
        guard partTarget > 0 else { return }
        for index in renditions.indices { renditions[index].expectPart(at: timelineEnd, configuration) }
    }

    private func begin(
        _ number: Int, with part: PartDraft, of epoch: Epoch, in rendition: PackagedRendition
    ) -> PackagedRendition.OpenSegment {
        let first = part.samples.first
        // Pictures are dated by the first quality's, which are shown at the same time however early they are decoded.
        let isVideo = epoch.lanes[part.lane].track.kind == .video
        let position = isVideo ? part.segmentStart : first?.position ?? part.segmentStart
        let start = MediaTime(first?.decodeTime ?? 0, epoch.lanes[part.lane].clock.timescale)
        let shown = start.value.addingClamped(Int64(first?.compositionOffset ?? 0))
        let showing = rendition.showing(of: MediaTime(shown, start.timescale), in: epoch)
        return PackagedRendition.OpenSegment(
            published: SegmentUnderConstruction(
                number: number, name: rendition.segmentName(at: showing, of: epoch, configuration), start: start,
                end: start),
            listed: MediaSegment(
                uri: "", duration: .zero, isDiscontinuous: beginsDiscontinuity(epoch),
                programDateTime: ProgramDateTime(millisecondsSince1970: epoch.wallclock(at: position))),
            showing: showing, isIndependent: first?.isSync ?? true)
    }
}

extension PackagedRendition {
    /// The name of the part that begins at `start`: the one under which it was announced, so that who asked for it gets it.
    ///
    /// - Parameter isCutOff: whether it ends because the publisher did, so that it is not the part that was announced.
    fileprivate func name(
        ofPartAt start: MediaTime, of epoch: Epoch, isCutOff: Bool, _ configuration: SegmentPackager.Configuration
    ) -> String {
        let isShared = epoch.isShared && !isCutOff && !epoch.isIncomplete(configuration)
        if !epoch.isShared || !isCutOff, let nextPart, nextPart.start == start { return nextPart.name }
        return partName(start, isShared: isShared, configuration)
    }

    /// Says with what the next part begins.
    mutating func announcePart(
        at start: MediaTime, of epoch: Epoch, _ configuration: SegmentPackager.Configuration
    ) {
        let isShared = epoch.isShared && !epoch.isIncomplete(configuration)
        nextPart = (start, partName(start, isShared: isShared, configuration))
        isChanged = true
    }

    /// Expects the next part at a place of the output timeline, in ticks of 90 kHz, in whatever comes next.
    mutating func expectPart(at position: Int64, _ configuration: SegmentPackager.Configuration) {
        guard let timescale = nextPart?.start.timescale else { return }
        let start = MediaTime(Timescale.mpeg.convert(position, to: timescale), timescale)
        nextPart = (start, partName(start, isShared: false, configuration))
        isChanged = true
    }
}
