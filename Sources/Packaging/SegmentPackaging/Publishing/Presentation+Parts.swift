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
        _ part: PartDraft, of epoch: Epoch, counters: inout PackagingCounters, into events: inout [PackagingEvent]
    ) {
        guard let output = epoch.outputs.first(where: { $0.lanes.first == part.lane }), let first = part.samples.first
        else { return }
        let number = shelf.nextNumber
        let timescale = epoch.lanes[part.lane].clock.timescale
        let index = beginRendition(for: output, at: number, into: &events)
        var open = renditions[index].open ?? begin(number, with: part, of: epoch, in: renditions[index])
        let count = open.published.parts.count
        let bytes = output.writer.write(
            part, number: UInt32(truncatingIfNeeded: number &* Self.mostFragments &+ count &+ 1),
            startsSegment: count == 0)
        guard let bytes else {
            counters.framesTooLarge += part.samples.count
            return
        }
        let start = MediaTime(first.decodeTime, timescale)
        let name = renditions[index].partName(start, configuration)
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
        open.resources.append(name)
        renditions[index].open = open
        renditions[index].nextPart = MediaTime(part.next, timescale)
        renditions[index].isChanged = true
        isEnded = false
        counters.parts += 1
        if span.end - span.start > partTarget { counters.overlongParts += 1 }
    }

    /// Publishes what of a segment is in no part yet.
    mutating func publishRest(
        of draft: SegmentDraft, output index: Int, of epoch: Epoch, counters: inout PackagingCounters,
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
                next: isLast ? rest.next : samples[count].decodeTime)
            publish(part, of: epoch, counters: &counters, into: &events)
            samples.removeFirst(min(count, samples.count))
        }
    }

    /// Says in all playlists with which part the next epoch will begin, if it begins where this one ends.
    mutating func expectNextEpoch() {
        guard partTarget > 0 else { return }
        for index in renditions.indices { renditions[index].expectPart(at: timelineEnd) }
    }

    private func begin(
        _ number: Int, with part: PartDraft, of epoch: Epoch, in rendition: PackagedRendition
    ) -> PackagedRendition.OpenSegment {
        let first = part.samples.first
        let position = first?.position ?? timelineEnd
        let start = MediaTime(first?.decodeTime ?? 0, epoch.lanes[part.lane].clock.timescale)
        return PackagedRendition.OpenSegment(
            published: SegmentUnderConstruction(
                number: number, name: rendition.segmentName(number, configuration), start: start, end: start),
            listed: MediaSegment(
                uri: "", duration: .zero, isDiscontinuous: beginsDiscontinuity(epoch),
                programDateTime: ProgramDateTime(millisecondsSince1970: epoch.wallclock(at: position))),
            isIndependent: first?.isSync ?? true)
    }

    /// By what the numbers of segments are multiplied to make those of fragments: more than a segment has parts.
    private static let mostFragments = 4096
}

extension PackagedRendition {
    /// Expects the next part at a place of the output timeline, in ticks of 90 kHz.
    mutating func expectPart(at position: Int64) {
        guard let nextPart else { return }
        self.nextPart = MediaTime(Timescale.mpeg.convert(position, to: nextPart.timescale), nextPart.timescale)
        isChanged = true
    }
}
