import M3U8
import MediaModel
import NIOCore

/// How segments get into the renditions.
extension Presentation {
    mutating func write(
        _ entry: inout SegmentEntry, output index: Int, of epoch: inout Epoch, counters: inout PackagingCounters,
        into events: inout [PackagingEvent]
    ) {
        var pieces: [ByteBuffer] = []
        var parts: [PartialSegment] = []
        var announced: MediaTime?
        if partTarget > 0 {
            publishRest(
                of: entry.draft, output: index, of: epoch, isCutOff: entry.isCutOff, counters: &counters, into: &events)
            guard let open = takeOpenSegment(named: epoch.outputs[index].name) else { return }
            (pieces, parts, announced) = (open.published.parts, open.listed.parts, open.showing)
            entry.resources += open.resources
        } else {
            guard let bytes = epoch.outputs[index].writer.write(entry.draft) else { return }
            pieces = [bytes]
        }
        let output = epoch.outputs[index]
        let rendition = beginRendition(for: output, of: epoch, at: entry.number, into: &events)
        let showing = showing(of: output, entry.draft, epoch)
        let begin = announced ?? renditions[rendition].showing(of: showing.begin, in: epoch)
        renditions[rendition].noteShowing(from: begin, until: showing.end)
        let name = renditions[rendition].segmentName(
            at: begin, of: epoch, isCutOff: entry.isCutOff, configuration)
        let segment = PackagedResource(
            name: name, kind: .segment, mediaType: configuration.container.mediaType(hasVideo: output.hasVideo),
            pieces: pieces)
        offer(segment, into: &events)
        let span = span(of: output, in: entry.draft, epoch)
        let date = epoch.wallclock(
            at: partTarget > 0 && output.hasVideo ? entry.draft.pilotPosition(epoch) : span.start)
        renditions[rendition].append(
            MediaSegment(
                uri: name, duration: span.duration, isDiscontinuous: entry.isDiscontinuous,
                programDateTime: ProgramDateTime(millisecondsSince1970: date), parts: parts),
            isIndependent: output.lanes.allSatisfy { entry.draft.lanes[$0].isIndependent },
            times: times(of: output, entry, epoch))
        renditions[rendition].bitRate.count(
            bytes: segment.length, duration: span.end - span.start, target: configuration.target)
        announceNextPart(of: output, behind: entry.draft, of: epoch, in: rendition)
        expectSegment(
            behind: entry.draft, shownUntil: showing.end, of: output, epoch, in: rendition, into: &events)
        entry.resources.append(name)
        if let (section, bytes) = renditions[rendition].initialization {
            entry.initializations.append(.init(name: section.uri, bytes: bytes.readableBytes))
        }
        entry.bytes += segment.length
        entry.end = output.lanes.map { entry.draft.span(of: $0, in: epoch).end }.reduce(entry.end, max)
    }

    /// The rendition of an output, with the initialization section of the epoch in force.
    mutating func beginRendition(
        for output: RenditionOutput, of epoch: Epoch, at number: Int, into events: inout [PackagingEvent]
    ) -> Int {
        let rendition = rendition(named: output.name)
        let header = output.writer.initialization
        let name = renditions[rendition].useInitialization(header, from: number, of: epoch, configuration)
        if let name, let header {
            let mediaType = configuration.container.mediaType(hasVideo: output.hasVideo)
            offer(
                PackagedResource(name: name, kind: .initializationSection, mediaType: mediaType, bytes: header),
                into: &events)
        }
        return rendition
    }

    /// From where to where a segment lasts in a rendition.
    func span(of output: RenditionOutput, in draft: SegmentDraft, _ epoch: Epoch) -> SegmentSpan {
        // A segment in parts lasts as long as they do.
        if configuration.part > 0, let lane = output.lanes.first { return draft.span(of: lane, in: epoch) }
        // All pictures have the pilot's boundaries; sound ends with its own frames.
        let sound = output.hasVideo || output.isMain ? nil : output.lanes.first
        return sound.map { draft.span(of: $0, in: epoch) } ?? draft.span
    }

    /// From when on the samples of a segment are shown in a rendition, and until when.
    private func showing(
        of output: RenditionOutput, _ draft: SegmentDraft, _ epoch: Epoch
    ) -> (begin: MediaTime, end: Int64) {
        guard let lane = output.lanes.first, let start = draft.lanes[lane].start, let shown = draft.lanes[lane].shown
        else { return (MediaTime(draft.start, .mpeg), draft.end) }
        let length = draft.lanes[lane].end.subtractingClamped(start)
        return (MediaTime(shown, epoch.lanes[lane].clock.timescale), shown.addingClamped(length))
    }

    private func times(of output: RenditionOutput, _ entry: SegmentEntry, _ epoch: Epoch) -> SegmentTimes? {
        guard let lane = output.lanes.first, let start = entry.draft.lanes[lane].start else { return nil }
        return SegmentTimes(
            number: entry.number, start: MediaTime(start, epoch.lanes[lane].clock.timescale),
            duration: entry.draft.lanes[lane].end - start)
    }

    /// The index of a rendition, which begins with gaps for everything that others have listed before it.
    mutating func rendition(named name: String) -> Int {
        if let index = renditions.firstIndex(where: { $0.name == name }) { return index }
        var rendition = PackagedRendition(name: name)
        if let other = renditions.first(where: { $0.window.count >= shelf.listed.count }) {
            for (number, segment) in zip(shelf.mediaSequence..., other.window.segments.prefix(shelf.listed.count)) {
                var gap = segment
                gap.uri = rendition.gapName(number, configuration)
                gap.isGap = true
                gap.parts = []
                rendition.append(gap)
            }
        }
        renditions.append(rendition)
        composeLines(of: renditions.count - 1)
        return renditions.count - 1
    }

    /// Lists a gap in every rendition that has nothing for this segment.
    ///
    /// A gap holds on to the initialization section in force: media that follows it is decoded with that, however long
    /// the gaps last.
    mutating func fillGaps(beside entry: inout SegmentEntry, epoch: Epoch, into events: inout [PackagingEvent]) {
        for index in renditions.indices where renditions[index].window.count <= shelf.listed.count {
            let span = entry.draft.span
            renditions[index].append(
                MediaSegment(
                    uri: renditions[index].gapName(entry.number, configuration), duration: span.duration,
                    isDiscontinuous: entry.isDiscontinuous,
                    programDateTime: ProgramDateTime(millisecondsSince1970: epoch.wallclock(at: span.start)),
                    isGap: true))
            if let (section, bytes) = renditions[index].initialization {
                entry.initializations.append(.init(name: section.uri, bytes: bytes.readableBytes))
            }
            renditions[index].expectPart(at: entry.draft.end, configuration)
            abandonSegment(of: index, into: &events)
        }
    }
}
