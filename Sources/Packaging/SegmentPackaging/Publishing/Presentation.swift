import M3U8
import MediaModel
import NIOCore

/// All that players see of a stream: the segments in every rendition, and the playlists that name them.
struct Presentation {
    let configuration: SegmentPackager.Configuration
    /// Everything that can be fetched, by name.
    private(set) var resources: [String: PackagedResource] = [:]
    /// The target duration of all playlists in seconds; `nil` until the first segment has settled it.
    private(set) var targetDuration: Int?
    private(set) var mediaPlaylists: [String: MediaPlaylist] = [:]
    private(set) var multivariantPlaylist: MultivariantPlaylist?
    /// Where the next epoch begins on the output timeline, in ticks of 90 kHz.
    private(set) var timelineEnd = SegmentPackager.timelineOriginSeconds * 90_000
    /// The wallclock time of `timelineEnd`; `nil` before the first segment.
    private(set) var wallclockEnd: Int64?

    private var renditions: [PackagedRendition] = []
    private var shelf = SegmentShelf()
    private var isEnded = false

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
        _ draft: SegmentDraft, of epoch: inout Epoch, counters: inout PackagingCounters,
        into events: inout [PackagingEvent]
    ) {
        var entry = SegmentEntry(
            number: shelf.nextNumber, isDiscontinuous: epoch.segmentCount == 0 && shelf.nextNumber > 0, draft: draft)
        for output in epoch.outputs.indices { write(&entry, output: output, of: &epoch, into: &events) }
        // What no file could hold is no segment.
        guard !renditions.isEmpty else { return }
        settleTargetDuration(by: draft)
        fillGaps(beside: entry, epoch: epoch)
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
        publishPlaylists(into: &events)
        // Only now does no playlist name what is removed.
        for name in deserted + shelf.removeOutdated(configuration) {
            resources[name] = nil
            events.append(.resourceRemoved(name: name))
        }
    }

    /// Says in all playlists that nothing follows.
    mutating func end(into events: inout [PackagingEvent]) {
        guard !isEnded, !renditions.isEmpty else { return }
        isEnded = true
        publishPlaylists(into: &events)
    }

    /// The first segment of all settles the target duration, and with it the longest that may follow.
    private mutating func settleTargetDuration(by draft: SegmentDraft) {
        guard targetDuration == nil else { return }
        let rounded = (draft.end - draft.start + 45_000) / 90_000
        targetDuration = Int(max(configuration.targetSeconds, rounded))
    }
}

// MARK: Segments

extension Presentation {
    private mutating func write(
        _ entry: inout SegmentEntry, output index: Int, of epoch: inout Epoch, into events: inout [PackagingEvent]
    ) {
        guard let bytes = epoch.outputs[index].writer.write(entry.draft, number: entry.number) else { return }
        let output = epoch.outputs[index]
        let rendition = rendition(named: output.name)
        let mediaType = configuration.container.mediaType(hasVideo: output.hasVideo)
        let header = output.writer.initialization
        let headerName = renditions[rendition].useInitialization(
            header, from: entry.number, prefix: configuration.namePrefix)
        if let headerName, let header {
            offer(
                PackagedResource(name: headerName, kind: .initializationSection, mediaType: mediaType, bytes: header),
                into: &events)
        }
        let name = renditions[rendition].segmentName(entry.number, configuration)
        offer(PackagedResource(name: name, kind: .segment, mediaType: mediaType, bytes: bytes), into: &events)

        // All pictures have the pilot's boundaries; sound ends with its own frames.
        let sound = output.hasVideo || output.isMain ? nil : output.lanes.first
        let span = sound.map { entry.draft.span(of: $0, in: epoch) } ?? entry.draft.span
        let isIndependent = output.lanes.allSatisfy { entry.draft.lanes[$0].isIndependent }
        renditions[rendition].append(
            MediaSegment(
                uri: name, duration: span.duration, isDiscontinuous: entry.isDiscontinuous,
                programDateTime: ProgramDateTime(millisecondsSince1970: epoch.wallclock(at: span.start))),
            isIndependent: isIndependent)
        renditions[rendition].bitRate.count(
            bytes: bytes.readableBytes, duration: span.end - span.start, target: configuration.target)
        entry.resources.append(name)
        if let section = renditions[rendition].initialization?.section.uri { entry.initializations.append(section) }
        entry.bytes += bytes.readableBytes
        entry.end = output.lanes.map { entry.draft.span(of: $0, in: epoch).end }.reduce(entry.end, max)
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
}

// MARK: Playlists

extension Presentation {
    private mutating func trimPlaylists() {
        let shortest = max(configuration.window.mpegTicks, Int64(targetDuration ?? 0) * 3 * 90_000)
        while shelf.isOverfull(shortest: shortest, configuration) {
            shelf.unlistFirst()
            for index in renditions.indices { renditions[index].removeFirst() }
        }
    }

    /// Gives up renditions that list nothing but gaps, once there are more than tracks may be; returns their playlists.
    private mutating func dropDesertedRenditions(beside epoch: Epoch) -> [String] {
        guard renditions.count > configuration.mostTracks else { return [] }
        let deserted = renditions.filter { rendition in
            !rendition.hasMedia && !epoch.outputs.contains { $0.name == rendition.name }
        }.map(\.playlistName)
        renditions.removeAll { deserted.contains($0.playlistName) }
        for name in deserted { mediaPlaylists[name] = nil }
        return deserted
    }

    /// Keeps what the epoch has measured; one that begins without pictures goes by what was measured before.
    private mutating func takeFrameRates(of epoch: Epoch) {
        for output in epoch.outputs {
            guard let rate = output.lanes.lazy.compactMap({ epoch.lanes[$0].frameRate }).first,
                let index = renditions.firstIndex(where: { $0.name == output.name })
            else { continue }
            renditions[index].frameRate = rate
        }
    }

    private func composer(_ epoch: Epoch) -> MultivariantComposer {
        let parts = epoch.outputs.compactMap { output -> MultivariantComposer.Part? in
            guard let rendition = renditions.first(where: { $0.name == output.name }), rendition.hasMedia else {
                return nil
            }
            return MultivariantComposer.Part(rendition: rendition, tracks: output.lanes.map { epoch.lanes[$0].track })
        }
        return MultivariantComposer(parts: parts)
    }

    /// Makes the texts of all playlists anew.
    private mutating func publishPlaylists(into events: inout [PackagingEvent]) {
        for rendition in renditions {
            let playlist = MediaPlaylist(
                targetDuration: targetDuration ?? 0, mediaSequence: shelf.mediaSequence,
                discontinuitySequence: shelf.discontinuitySequence,
                hasIndependentSegments: rendition.hasIndependentSegments, segments: rendition.segments, isEnded: isEnded
            )
            mediaPlaylists[rendition.playlistName] = playlist
            offerPlaylist(rendition.playlistName, .mediaPlaylist, playlist.text, into: &events)
        }
        guard let multivariantPlaylist else { return }
        offerPlaylist(
            SegmentPackager.multivariantPlaylistName, .multivariantPlaylist, multivariantPlaylist.text, into: &events)
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
