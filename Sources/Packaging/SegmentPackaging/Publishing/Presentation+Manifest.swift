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
                let start = entry.draft.lanes[lane].start, let shown = entry.draft.lanes[lane].shown,
                let initialization = rendition.initialization?.section.uri
            else { return nil }
            return ManifestJournal.Entry(
                name: output.name, track: epoch.lanes[lane].track, initialization: initialization,
                timescale: epoch.lanes[lane].clock.timescale,
                place: .init(time: max(0, shown), duration: max(1, entry.draft.lanes[lane].end - start)),
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
    mutating func expectSegment(
        _ number: Int, of index: Int, mediaType: String, into events: inout [PackagingEvent]
    ) {
        guard hasManifest, partTarget > 0 else { return }
        let name = renditions[index].segmentName(number, configuration)
        renditions[index].expectedSegment = name
        events.append(.segmentExtended(SegmentGrowth(name: name, mediaType: mediaType)))
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
        guard let name = renditions[index].expectedSegment else { return }
        renditions[index].expectedSegment = nil
        events.append(.segmentAbandoned(name: name))
    }
}
