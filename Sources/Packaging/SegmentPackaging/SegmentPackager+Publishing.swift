import M3U8
import MediaModel
import NIOCore

/// How a segment becomes resources and playlists.
extension SegmentPackager {
    /// Publishes a segment of the epoch in all renditions.
    mutating func publish(_ draft: SegmentDraft, into events: inout [PackagingEvent]) {
        guard let epoch else { return }
        let number = shelf.nextNumber
        let isDiscontinuous = epoch.segmentCount == 0 && number > 0
        settleTargetDuration(by: draft)
        isEnded = false

        var entry = SegmentEntry(number: number, isDiscontinuous: isDiscontinuous, draft: draft)
        for output in outputs.indices { write(draft, output: output, epoch: epoch, to: &entry, into: &events) }
        guard !renditions.isEmpty else { return }
        fillGaps(beside: entry, epoch: epoch)
        count(draft, number: number, isDiscontinuous: isDiscontinuous, into: &events)
        shelf.append(
            SegmentShelf.Segment(
                duration: draft.end - draft.start, isDiscontinuous: isDiscontinuous, resources: entry.resources,
                initializations: entry.initializations, bytes: entry.bytes))

        timelineEnd = max(draft.end, entry.end)
        wallclockEnd = epoch.wallclock(at: timelineEnd)
        self.epoch?.segmentCount += 1
        trimPlaylists()
        multivariantPlaylist = composer(epoch).playlist()
        publishPlaylists(into: &events)
        // Only now does no playlist name what is removed.
        for name in shelf.removeOutdated(configuration) {
            resources[name] = nil
            events.append(.resourceRemoved(name: name))
        }
    }

    /// The first segment of all settles the target duration, and with it the longest that may follow.
    private mutating func settleTargetDuration(by draft: SegmentDraft) {
        guard targetDuration == nil else { return }
        let rounded = (draft.end - draft.start + 45_000) / 90_000
        targetDuration = Int(max(configuration.targetSeconds, rounded))
        let longest = longestSegment
        epoch?.segmenter.rules.longest = longest
    }

    private mutating func write(
        _ draft: SegmentDraft, output: Int, epoch: Epoch, to entry: inout SegmentEntry,
        into events: inout [PackagingEvent]
    ) {
        guard let bytes = outputs[output].writer.write(draft, number: entry.number) else { return }
        let rendition = rendition(named: outputs[output].name)
        let mediaType = configuration.container.mediaType(hasVideo: outputs[output].hasVideo)
        let initialization = outputs[output].writer.initialization
        let prefix = configuration.namePrefix
        if let name = renditions[rendition].useInitialization(initialization, prefix: prefix), let initialization {
            offer(
                PackagedResource(name: name, kind: .initializationSection, mediaType: mediaType, bytes: initialization),
                into: &events)
        }
        let name = renditions[rendition].segmentName(entry.number, configuration)
        offer(PackagedResource(name: name, kind: .segment, mediaType: mediaType, bytes: bytes), into: &events)

        let span = outputs[output].isMain ? draft.span : draft.span(of: outputs[output].lanes[0], in: epoch)
        renditions[rendition].append(
            MediaSegment(
                uri: name, duration: span.duration, isDiscontinuous: entry.isDiscontinuous,
                programDateTime: ProgramDateTime(millisecondsSince1970: epoch.wallclock(at: span.start))))
        renditions[rendition].bitRate.count(
            bytes: bytes.readableBytes, duration: span.end - span.start, target: configuration.target)
        entry.resources.append(name)
        if let section = renditions[rendition].initialization?.section.uri { entry.initializations.append(section) }
        entry.bytes += bytes.readableBytes
        entry.end = max(entry.end, span.end)
    }

    /// The index of a rendition, which begins with gaps for everything that others have listed before it.
    private mutating func rendition(named name: String) -> Int {
        if let index = renditions.firstIndex(where: { $0.name == name }) { return index }
        var rendition = PackagedRendition(name: name)
        if let other = renditions.first(where: { $0.segments.count >= shelf.listed.count }) {
            for (number, segment) in zip(shelf.mediaSequence..., other.segments.prefix(shelf.listed.count)) {
                var gap = segment
                gap.uri = rendition.segmentName(number, configuration)
                gap.isGap = true
                rendition.append(gap)
            }
        }
        renditions.append(rendition)
        return renditions.count - 1
    }

    /// Lists a gap in every rendition that has nothing for this segment.
    private mutating func fillGaps(beside entry: SegmentEntry, epoch: Epoch) {
        for index in renditions.indices where renditions[index].segments.count <= shelf.listed.count {
            let span = entry.draft.span
            renditions[index].append(
                MediaSegment(
                    uri: renditions[index].segmentName(entry.number, configuration), duration: span.duration,
                    isDiscontinuous: entry.isDiscontinuous,
                    programDateTime: ProgramDateTime(millisecondsSince1970: epoch.wallclock(at: span.start)),
                    isGap: true))
        }
    }

    private mutating func count(
        _ draft: SegmentDraft, number: Int, isDiscontinuous: Bool, into events: inout [PackagingEvent]
    ) {
        counters.segments += 1
        counters.framesPackaged += draft.lanes.reduce(0) { $0 + $1.samples.count }
        if isDiscontinuous { counters.discontinuities += 1 }
        if let epoch, epoch.segmentCount == 0, epoch.hasVideo {
            let frames = Int64(draft.lanes[epoch.pilot].samples.count)
            let thousandths = (frames * 90_000_000 + (draft.end - draft.start) / 2) / max(1, draft.end - draft.start)
            measuredFrameRate = FrameRate(thousandths: Int(min(thousandths, 1_000_000)))
        }
        guard !draft.isIndependent else { return }
        counters.forcedSegments += 1
        dependentSegments.append(number)
        events.append(.segmentForced(number: number))
    }

    private mutating func trimPlaylists() {
        let shortest = max(configuration.window.mpegTicks, Int64(targetDuration ?? 0) * 3 * 90_000)
        while shelf.isOverfull(shortest: shortest, configuration) {
            shelf.unlistFirst()
            for index in renditions.indices { renditions[index].removeFirst() }
        }
        dependentSegments.removeAll { $0 < shelf.mediaSequence }
    }

    private func composer(_ epoch: Epoch) -> MultivariantComposer {
        let parts = outputs.compactMap { output -> MultivariantComposer.Part? in
            guard let rendition = renditions.first(where: { $0.name == output.name }), rendition.hasMedia else {
                return nil
            }
            return MultivariantComposer.Part(
                rendition: rendition, tracks: output.lanes.map { epoch.lanes[$0].track }, isMain: output.isMain)
        }
        return MultivariantComposer(parts: parts, measuredFrameRate: measuredFrameRate)
    }

    /// Makes the texts of all playlists anew.
    mutating func publishPlaylists(into events: inout [PackagingEvent]) {
        for rendition in renditions {
            let playlist = MediaPlaylist(
                targetDuration: targetDuration ?? 0, mediaSequence: shelf.mediaSequence,
                discontinuitySequence: shelf.discontinuitySequence,
                hasIndependentSegments: dependentSegments.isEmpty, segments: rendition.segments, isEnded: isEnded)
            mediaPlaylists[rendition.playlistName] = playlist
            offerPlaylist(rendition.playlistName, .mediaPlaylist, playlist.text, into: &events)
        }
        guard let multivariantPlaylist else { return }
        offerPlaylist(Self.multivariantPlaylistName, .multivariantPlaylist, multivariantPlaylist.text, into: &events)
    }

    private mutating func offerPlaylist(
        _ name: String, _ kind: PackagedResource.Kind, _ text: String, into events: inout [PackagingEvent]
    ) {
        offer(
            PackagedResource(
                name: name, kind: kind, mediaType: "application/vnd.apple.mpegurl", bytes: ByteBuffer(string: text)),
            into: &events)
    }

    private mutating func offer(_ resource: PackagedResource, into events: inout [PackagingEvent]) {
        resources[resource.name] = resource
        events.append(.resourceReady(resource))
    }
}

/// What is collected about a segment while its renditions are written.
struct SegmentEntry {
    let number: Int
    let isDiscontinuous: Bool
    let draft: SegmentDraft
    var resources: [String] = []
    var initializations: [String] = []
    var bytes = 0
    /// Where the last of its samples ends, in ticks of 90 kHz.
    var end: Int64 = 0
}
