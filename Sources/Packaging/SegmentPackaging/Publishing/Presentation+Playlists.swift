import M3U8
import MediaModel
import NIOCore

/// How playlists are written.
extension Presentation {
    mutating func trimPlaylists() {
        let shortest = max(configuration.window.mpegTicks, Int64(targetDuration ?? 0) * 3 * 90_000)
        while shelf.isOverfull(shortest: shortest, configuration) {
            shelf.unlistFirst()
            manifest.removeFirst()
            for index in renditions.indices { renditions[index].removeFirst() }
        }
    }

    /// Gives up renditions that list nothing but gaps, once there are more than tracks may be; returns their playlists.
    mutating func dropDesertedRenditions(beside epoch: Epoch) -> [String] {
        guard renditions.count > configuration.mostTracks else { return [] }
        let deserted = renditions.filter { rendition in
            !rendition.window.hasMedia && !epoch.outputs.contains { $0.name == rendition.name }
        }.map(\.playlistName)
        renditions.removeAll { deserted.contains($0.playlistName) }
        return deserted
    }

    /// Keeps what the epoch has measured; one that begins without pictures goes by what was measured before.
    mutating func takeFrameRates(of epoch: Epoch) {
        for output in epoch.outputs {
            guard let rate = output.lanes.lazy.compactMap({ epoch.lanes[$0].frameRate }).first,
                let index = renditions.firstIndex(where: { $0.name == output.name })
            else { continue }
            renditions[index].frameRate = rate
        }
    }

    func composer(_ epoch: Epoch) -> MultivariantComposer {
        let parts = epoch.outputs.compactMap { output -> MultivariantComposer.Part? in
            guard let rendition = renditions.first(where: { $0.name == output.name }), rendition.window.hasMedia else {
                return nil
            }
            return MultivariantComposer.Part(rendition: rendition, tracks: output.lanes.map { epoch.lanes[$0].track })
        }
        return MultivariantComposer(parts: parts)
    }

    /// Puts the lines of the whole segments together, which parts do not change.
    mutating func composeLines() {
        for index in renditions.indices { composeLines(of: index) }
    }

    mutating func composeLines(of index: Int) {
        renditions[index].compose(parts: .seconds(3 * (targetDuration ?? 0)), skip: serverControl?.canSkipUntil)
    }

    /// Publishes the present states of all playlists.
    mutating func publishPlaylists(into events: inout [PackagingEvent]) {
        for index in renditions.indices { publishPlaylist(of: index, into: &events) }
        guard let multivariantPlaylist else { return }
        offer(
            PackagedResource(
                name: SegmentPackager.multivariantPlaylistName, kind: .multivariantPlaylist,
                mediaType: Self.playlistMediaType, bytes: ByteBuffer(string: multivariantPlaylist.text)),
            into: &events)
    }

    /// Publishes those Media Playlists that have changed.
    mutating func publishChangedPlaylists(into events: inout [PackagingEvent]) {
        for index in renditions.indices where renditions[index].isChanged { publishPlaylist(of: index, into: &events) }
        publishManifest(into: &events)
    }

    private mutating func publishPlaylist(of index: Int, into events: inout [PackagingEvent]) {
        renditions[index].isChanged = false
        let rendition = renditions[index]
        var frame = frame(of: rendition)
        let window = rendition.window
        let closing = ByteBuffer(string: frame.closingText(after: window.segments.last?.initialization))
        // The frame has no whole segments, but the one under construction, which may be the first with a header.
        let version = max(rendition.window.version, frame.requiredVersion)
        let header = ByteBuffer(string: frame.headerText(version: version))
        var delta: [ByteBuffer]?
        if window.skippable > 0 {
            frame.skippedSegments = window.skippable
            delta = [ByteBuffer(string: frame.headerText(version: frame.requiredVersion)), window.recentLines, closing]
        }
        offer(
            PackagedResource(
                name: rendition.playlistName, kind: .mediaPlaylist, mediaType: Self.playlistMediaType,
                pieces: [header, window.skippableLines, window.recentLines, closing].filter { $0.readableBytes > 0 },
                deltaUpdate: delta, edge: edge(of: rendition)),
            into: &events)
    }

    /// The Media Playlists as values.
    var mediaPlaylists: [String: MediaPlaylist] {
        guard shelf.hasBegun else { return [:] }
        return renditions.reduce(into: [:]) { playlists, rendition in
            var playlist = frame(of: rendition)
            playlist.segments = rendition.window.segments
            playlists[rendition.playlistName] = playlist
        }
    }

    /// A Media Playlist but for its segments.
    private func frame(of rendition: PackagedRendition) -> MediaPlaylist {
        var playlist = MediaPlaylist(
            targetDuration: targetDuration ?? 0, mediaSequence: shelf.mediaSequence,
            discontinuitySequence: shelf.discontinuitySequence,
            hasIndependentSegments: rendition.hasIndependentSegments, isEnded: isEnded)
        guard partTarget > 0 else { return playlist }
        playlist.serverControl = serverControl
        playlist.partTarget = .microseconds(partTarget * 100 / 9)
        playlist.segmentUnderConstruction = rendition.open?.listed
        if let hint = hint(of: rendition) { playlist.preloadHints = [PreloadHint(uri: hint)] }
        playlist.renditionReports = renditions.filter { $0.name != rendition.name }.map(report)
        return playlist
    }

    private func report(on rendition: PackagedRendition) -> RenditionReport {
        if let open = rendition.open {
            return RenditionReport(
                uri: rendition.playlistName, lastSequence: open.published.number, lastPart: open.listed.parts.count - 1)
        }
        let lastPart = rendition.lastPartCount > 0 ? rendition.lastPartCount - 1 : nil
        return RenditionReport(
            uri: rendition.playlistName, lastSequence: max(0, shelf.nextNumber - 1), lastPart: lastPart)
    }

    private func edge(of rendition: PackagedRendition) -> PlaylistEdge? {
        guard partTarget > 0 else { return nil }
        return PlaylistEdge(
            sequence: shelf.nextNumber, partCount: rendition.open?.listed.parts.count ?? 0,
            lastPartCount: rendition.lastPartCount, hint: hint(of: rendition), isEnded: isEnded,
            targetDuration: targetDuration ?? 0, partTargetMilliseconds: Int(partTarget / 90))
    }

    private func hint(of rendition: PackagedRendition) -> String? {
        guard !isEnded else { return nil }
        return rendition.nextPart?.name
    }

    /// What is offered to players of parts; `nil` where there are none.
    private var serverControl: ServerControl? {
        guard partTarget > 0, let targetDuration else { return nil }
        return ServerControl(
            canBlockReload: true, holdBack: .seconds(3 * targetDuration),
            partHoldBack: .microseconds(partTarget * 300 / 9), canSkipUntil: .seconds(6 * targetDuration))
    }

    private static let playlistMediaType = "application/vnd.apple.mpegurl"
}
