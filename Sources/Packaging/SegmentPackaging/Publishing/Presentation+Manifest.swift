import M3U8
import MPD
import MediaModel
import NIOCore

/// How the DASH manifest is kept, and the segments announced that can be fetched as they grow.
extension Presentation {
    /// Takes a segment into the manifest, with every rendition that has something in it.
    mutating func journalize(_ entry: SegmentEntry, of epoch: Epoch) {
        guard hasManifest else { return }
        let entries = epoch.outputs.compactMap { output -> ManifestJournal.Entry? in
            guard let rendition = renditions.first(where: { $0.name == output.name }),
                rendition.window.count == shelf.listed.count + 1, let lane = output.lanes.first,
                entry.draft.lanes[lane].count > 0, let showing = rendition.newest,
                let initialization = rendition.initialization?.section.uri
            else { return nil }
            return ManifestJournal.Entry(
                name: output.name, track: epoch.lanes[lane].track, initialization: initialization,
                timescale: showing.timescale, place: showing.place, next: rendition.expectedPlace,
                isIndependent: entry.draft.lanes[lane].isIndependent)
        }
        let start = epoch.segmentCount == 0 ? epoch.start : entry.draft.start
        manifest.append(
            entries, number: entry.number, start: start, wallclock: epoch.wallclock(at: start),
            beginsEpoch: epoch.segmentCount == 0)
    }

    /// No segment continues those that there are.
    mutating func closeManifest(into events: inout [PackagingEvent]) {
        for index in renditions.indices { abandonSegment(of: index, into: &events) }
        manifest.close()
    }

    /// Publishes the manifest if it is another than the one that was published.
    mutating func publishManifest(into events: inout [PackagingEvent]) {
        guard hasManifest, manifest.isChanged, let options = configuration.manifest, let targetDuration else { return }
        manifest.isChanged = false
        manifestTime = max(manifestTime + 1, now)
        let composer = ManifestComposer(
            journal: manifest, options: options, namePrefix: configuration.namePrefix, targetDuration: targetDuration,
            partTarget: partTarget, window: max(configuration.window, .seconds(3 * targetDuration))
        ) { [renditions] name in
            let rendition = renditions.first { $0.name == name }
            return (rendition?.bitRate.required ?? 0, rendition?.frameRate)
        }
        guard let text = composer.manifest(publishTime: manifestTime, isEnded: isEnded)?.text else { return }
        offer(
            PackagedResource(
                name: SegmentPackager.manifestName, kind: .manifest,
                mediaType: MediaPresentationDescription.mediaType, bytes: ByteBuffer(string: text)),
            into: &events)
    }

    private var hasManifest: Bool {
        configuration.manifest != nil && configuration.container == .fragmentedMP4
            && configuration.effectiveLayout == .separateTracks && configuration.timeline == .own
    }
}

// MARK: Segments as they grow

extension Presentation {
    /// Announces the segment that comes next in a rendition, which players may ask for from now on.
    ///
    /// - Parameter end: when the last sample of `draft` has been shown, in ticks of the lane.
    mutating func expectSegment(
        behind draft: SegmentDraft, shownUntil end: Int64, of output: RenditionOutput, _ epoch: Epoch, in index: Int,
        into events: inout [PackagingEvent]
    ) {
        guard hasManifest, partTarget > 0, let newest = renditions[index].newest, let lane = output.lanes.first
        else { return }
        let begin = newest.place.end
        let name = renditions[index].segmentName(at: MediaTime(begin, newest.timescale), of: epoch, configuration)
        let length = expectedLength(of: lane, behind: draft, epoch)
        renditions[index].expectedPlace = SegmentTimeline.Place(
            time: begin, duration: max(1, end.addingClamped(length).subtractingClamped(begin)))
        renditions[index].expectedSegment = name
        let mediaType = configuration.container.mediaType(hasVideo: output.hasVideo)
        events.append(.segmentExtended(SegmentGrowth(name: name, mediaType: mediaType)))
    }

    /// How long a lane's next segment is taken to last, in ticks of the lane: pictures as long as the last, and sound until
    /// the first of its frames behind them.
    private func expectedLength(of lane: Int, behind draft: SegmentDraft, _ epoch: Epoch) -> Int64 {
        let (last, clock) = (draft.lanes[lane], epoch.lanes[lane].clock)
        guard lane != epoch.pilot, let frame = clock.frameLength, frame > 0 else {
            return last.end.subtractingClamped(last.start ?? last.end)
        }
        let cut = draft.end.addingClamped(draft.end.subtractingClamped(draft.start))
        let distance = Timescale.mpeg.convert(cut, to: clock.timescale).subtractingClamped(last.next)
        // A frame whose beginning rounds to the end of the pictures belongs behind it.
        let fewest = max(0, distance / frame - 1) * frame
        let end = [0, frame, 2 * frame].map { last.next.addingClamped(fewest + $0) }.first {
            clock.timescale.convert($0, to: .mpeg) >= cut
        }
        return (end ?? last.next.addingClamped(fewest)).subtractingClamped(last.end)
    }

    /// Tells of a part of a segment under construction.
    mutating func extendSegment(
        _ name: String, of index: Int, by part: ByteBuffer, hasVideo: Bool, into events: inout [PackagingEvent]
    ) {
        guard hasManifest else { return }
        if renditions[index].expectedSegment == name { renditions[index].expectedSegment = nil }
        let mediaType = configuration.container.mediaType(hasVideo: hasVideo)
        events.append(.segmentExtended(SegmentGrowth(name: name, mediaType: mediaType, part: part)))
    }

    /// Takes back what was announced and has no part.
    mutating func abandonSegment(of index: Int, into events: inout [PackagingEvent]) {
        renditions[index].expectedPlace = nil
        guard let name = renditions[index].expectedSegment else { return }
        renditions[index].expectedSegment = nil
        events.append(.segmentAbandoned(name: name))
    }
}
