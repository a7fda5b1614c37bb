import CodecParsing
import ISOBMFF
import M3U8
import MPD
import MediaModel
import NIOCore
import SegmentPackaging
import Testing
import TextCoding

/// What a player sees of a packager: the resources, as the events make them.
///
/// Every state of every playlist is checked against the rules when it appears.
struct PlayerView {
    var packager: SegmentPackager
    private(set) var resources: [String: PackagedResource] = [:]
    private(set) var playlists: [String: MediaPlaylist] = [:]
    /// Every segment that was ever listed, by the playlist's name, in order.
    private(set) var history: [String: [MediaSegment]] = [:]
    private(set) var forced: [Int] = []
    /// The states of the DASH manifest, in order.
    private(set) var manifests: [MediaPresentationDescription] = []
    /// The parts of segments that are expected or being made, by name.
    private(set) var growing: [String: [ByteBuffer]] = [:]
    var manifestRules = ManifestRules()
    /// Findings in manifests that a story expects.
    var isExpectedInManifest: (ManifestFinding) -> Bool = { _ in false }
    /// Kept whether or not the packager still offers it.
    private(set) var everything: [String: PackagedResource] = [:]
    private(set) var partsMade = 0
    var now: Int64 = 1_786_278_896_000
    var rules = PlaylistRules()
    /// Whether new segments must come in time, as they do when the publisher never pauses.
    var checksIntervals = false
    private var latestSegments: [String: Int64] = [:]
    /// Findings that a story expects.
    var isExpected: (PlaylistFinding) -> Bool = { _ in false }

    init(_ configure: (inout SegmentPackager.Configuration) -> Void = { _ in }) {
        var configuration = SegmentPackager.Configuration()
        configure(&configuration)
        packager = SegmentPackager(configuration: configuration)
        rules.numbersFromZero = configuration.numbering == .byCount
    }

    mutating func send(_ element: StreamElement) {
        var events: [PackagingEvent] = []
        packager.append(element, wallclock: now, into: &events)
        apply(events)
    }

    /// Sends frames of a source at the pace of their own times.
    mutating func play(_ source: inout SyntheticSource, from: Int64 = 0, to: Int64) {
        let start = now
        for frame in source.frames(from: from, to: to) {
            now = start + frame.decodeTime - source.origin - from
            send(.frame(frame))
        }
        now = start + to - from
    }

    mutating func announce(_ source: SyntheticSource) {
        send(.tracks([source.video, source.audio].compactMap(\.self)))
    }

    mutating func finish() {
        var events: [PackagingEvent] = []
        packager.finish(into: &events)
        apply(events)
    }

    private mutating func apply(_ events: [PackagingEvent]) {
        var changed: [String] = []
        for event in events {
            switch event {
            case .resourceReady(let resource):
                if resource.isImmutable { #expect(everything[resource.name] == nil, "a name was used again") }
                if resource.kind == .part { partsMade += 1 }
                resources[resource.name] = resource
                everything[resource.name] = resource
                if resource.kind == .mediaPlaylist { changed.append(resource.name) }
                if resource.kind == .mediaPlaylist { check(resource) }
                if resource.kind == .manifest { checkManifest(resource) }
                if resource.kind == .segment, let parts = growing.removeValue(forKey: resource.name) {
                    #expect(parts.joined == resource.bytes, "\(resource.name) is not what it grew to be")
                }
            case .resourceRemoved(let name):
                resources[name] = nil
                playlists[name] = nil
                for playlist in playlists.values {
                    #expect(
                        !playlist.segments.contains { $0.uri == name && !$0.isGap }, "\(name) is listed and removed")
                }
            case .segmentExtended(let growth): growing[growth.name, default: []] += [growth.part].compactMap(\.self)
            case .segmentAbandoned(let name):
                #expect(growing.removeValue(forKey: name)?.isEmpty == true, "\(name) was begun and abandoned")
            case .segmentForced(let number): forced.append(number)
            case .trackOmitted: break
            }
        }
        guard !changed.isEmpty else { return }
        #expect(packager.resources == resources)
        for (name, var playlist) in packager.mediaPlaylists {
            // What a playlist says of the others is as old as itself.
            playlist.renditionReports = playlists[name]?.renditionReports ?? []
            #expect(resources[name].map { String(buffer: $0.bytes) } == playlist.text, "\(name)")
        }
        checkPresentation()
    }

    private mutating func check(_ resource: PackagedResource) {
        do {
            let playlist = try MediaPlaylist(bytes: resource.bytes.readableBytesView)
            let previous = playlists[resource.name]
            let latest = checksIntervals ? latestSegments[resource.name] : nil
            let interval = latest.map { Duration.milliseconds(now - $0) }
            var findings = rules.findings(in: playlist) { resources[$0] != nil }
            if let previous, !previous.isEnded {
                findings += rules.findings(from: previous, to: playlist, interval: interval)
            }
            checkParts(of: playlist, resource)
            if previous?.endSequence != playlist.endSequence { latestSegments[resource.name] = now }
            findings.removeAll(where: isExpected)
            #expect(findings.isEmpty, "\(resource.name)")
            let known = previous.map { $0.endSequence - playlist.mediaSequence } ?? 0
            history[resource.name, default: []] += playlist.segments.dropFirst(max(0, known))
            playlists[resource.name] = playlist
        } catch {
            Issue.record("\(resource.name): \(error)")
        }
    }

    /// Expects that parts are there, and make their segments.
    private func checkParts(of playlist: MediaPlaylist, _ resource: PackagedResource) {
        for segment in playlist.segments.suffix(4) where !segment.parts.isEmpty {
            let parts = segment.parts.compactMap { resources[$0.uri]?.bytes }
            #expect(parts.count == segment.parts.count)
            #expect(parts.joined == everything[segment.uri]?.bytes, "\(segment.uri) is not its parts")
        }
        for part in playlist.segmentUnderConstruction?.parts ?? [] { #expect(resources[part.uri] != nil) }
        if let delta = resource.deltaUpdate { checkDelta(String(buffer: delta.joined), of: playlist) }
    }

    private func checkDelta(_ text: String, of whole: MediaPlaylist) {
        do {
            let delta = try MediaPlaylist(text)
            #expect(delta.requiredVersion == 9 && delta.divergentVersion == nil)
            #expect(delta.mediaSequence == whole.mediaSequence && delta.endSequence == whole.endSequence)
            var expected = Array(whole.segments.dropFirst(delta.skippedSegments))
            // Where nothing has changed since, the section that is in force is not said again.
            for index in expected.indices.prefix(while: { delta.segments[$0].initialization == nil }) {
                expected[index].initialization = nil
            }
            #expect(delta.segments == expected)
            let left = expected.reduce(Duration.zero) { $0 + $1.duration }
            #expect(left >= whole.serverControl?.canSkipUntil ?? .zero)
        } catch {
            Issue.record("delta update: \(error)")
        }
    }

    private mutating func checkManifest(_ resource: PackagedResource) {
        do {
            let manifest = try MediaPresentationDescription(bytes: resource.bytes.readableBytesView)
            var findings = manifestRules.findings(in: manifest, at: UTCTime(millisecondsSince1970: now)) {
                resources[$0] != nil || growing[$0] != nil
            }
            if let previous = manifests.last { findings += manifestRules.findings(from: previous, to: manifest) }
            findings.removeAll(where: isExpectedInManifest)
            #expect(findings.isEmpty, "manifest \(manifests.count)")
            manifests.append(manifest)
        } catch {
            Issue.record("manifest: \(error)")
        }
    }

    private func checkPresentation() {
        guard let text = resources[SegmentPackager.multivariantPlaylistName]?.bytes else { return }
        do {
            let multivariant = try MultivariantPlaylist(bytes: text.readableBytesView)
            let presented = playlists.sorted { $0.key < $1.key }.map { name, playlist in
                PlaylistRules.PresentedPlaylist(
                    uri: name, playlist: playlist, codecs: codecs(of: playlist, multivariant),
                    videoRange: videoRange(of: playlist))
            }
            let findings = rules.findings(in: multivariant, with: presented).filter { !isExpected($0) }
            #expect(findings.isEmpty, "presentation")
        } catch {
            Issue.record("multivariant: \(error)")
        }
    }

    /// What the newest initialization section says; a transport stream is believed.
    private func codecs(of playlist: MediaPlaylist, _ multivariant: MultivariantPlaylist) -> [String] {
        guard let header = header(of: playlist) else {
            return playlist.segments.contains { !$0.isGap } ? multivariant.variants.flatMap(\.codecs) : []
        }
        return header.tracks.compactMap(\.configuration.codecString)
    }

    private func videoRange(of playlist: MediaPlaylist) -> VideoRange? {
        let color = header(of: playlist)?.tracks.lazy.compactMap { $0.configuration.video?.color }.first
        return color.flatMap { VideoRange(rawValue: $0.dynamicRange.rawValue) }
    }

    private func header(of playlist: MediaPlaylist) -> InitializationSegment? {
        guard let section = playlist.segments.last(where: { !$0.isGap })?.initialization,
            let bytes = resources[section.uri]?.bytes
        else { return nil }
        return try? InitializationSegment(reading: bytes)
    }
}

/// One sample as it was found in a segment.
struct FoundSample: Equatable {
    var decodeTime: Int64
    var duration: Int64
    var compositionOffset: Int32
    var isSync: Bool
    var payload: ByteBuffer
}

extension PlayerView {
    /// All samples of a track in every segment that a playlist ever listed, segment by segment.
    func samples(in playlist: String, track: UInt32 = 1) throws -> [[FoundSample]] {
        try history[playlist, default: []].filter { !$0.isGap }.map { segment in
            guard let bytes = everything[segment.uri]?.bytes else { return [] }
            return try MovieFragment.readAll(in: bytes).flatMap { fragment in
                fragment.tracks.filter { $0.trackID == track }.flatMap { track in
                    var time = track.baseMediaDecodeTime
                    return track.samples.map { sample in
                        defer { time += Int64(sample.duration) }
                        return FoundSample(
                            decodeTime: time, duration: Int64(sample.duration),
                            compositionOffset: sample.compositionOffset, isSync: sample.isSync, payload: sample.payload)
                    }
                }
            }
        }
    }

    /// The numbers of the synthetic frames in some samples.
    static func numbers(_ samples: [FoundSample], skipping: Int) -> [Int] {
        samples.map { sample in
            sample.payload.readableBytesView.dropFirst(skipping).prefix(6).reduce(0) { $0 << 5 | Int($1 & 0x1F) }
        }
    }

    static func pictureNumbers(_ samples: [FoundSample]) -> [Int] { numbers(samples, skipping: 5) }
    static func soundNumbers(_ samples: [FoundSample]) -> [Int] { numbers(samples, skipping: 1) }

    /// Expects that each sample begins where the one before ends.
    static func expectContinuous(_ samples: [FoundSample], sourceLocation: SourceLocation = #_sourceLocation) {
        for (one, two) in zip(samples, samples.dropFirst()) {
            #expect(one.decodeTime + one.duration == two.decodeTime, sourceLocation: sourceLocation)
            #expect(one.duration > 0, sourceLocation: sourceLocation)
        }
    }
}
