import M3U8
import Testing

@Suite("Playlist rules")
struct PlaylistRulesTests {
    let rules = PlaylistRules()

    /// Eight good segments from number 5 on, with a discontinuity before the third.
    static let good = MediaPlaylist(
        targetDuration: 2, mediaSequence: 5, discontinuitySequence: 1,
        segments: (5..<13).map { number in
            MediaSegment(
                uri: "v\(number).m4s", duration: .seconds(2), isDiscontinuous: number == 7,
                programDateTime: ProgramDateTime(millisecondsSince1970: Int64(number) * 2000 + (number >= 7 ? 500 : 0)),
                initialization: MediaInitializationSection(uri: "i.mp4"))
        })

    @Test("a good playlist and a good step have no findings")
    func good() {
        #expect(rules.findings(in: Self.good).isEmpty)
        var next = Self.good
        next.segments.removeFirst(3)
        next.mediaSequence = 8
        next.discontinuitySequence = 2
        next.segments.append(MediaSegment(uri: "v13.m4s", duration: .seconds(1)))
        #expect(rules.findings(from: Self.good, to: next, interval: .seconds(3)).isEmpty)
    }

    @Test("each rule for one playlist finds its breach")
    func single() {
        func findings(_ change: (inout MediaPlaylist) -> Void) -> [PlaylistFinding] {
            var playlist = Self.good
            change(&playlist)
            return rules.findings(in: playlist)
        }
        #expect(findings { $0.divergentVersion = 5 } == [.versionTooLow(declared: 5, required: 6)])
        #expect(findings { $0.divergentVersion = 7 } == [.versionTooHigh(declared: 7, required: 6)])
        #expect(
            findings { $0.segments[7].duration = .milliseconds(2500) }
                == [.segmentLongerThanTarget(segment: 12, duration: .milliseconds(2500))])
        #expect(findings { $0.segments[7].duration = .milliseconds(2499) }.isEmpty)
        #expect(findings { $0.segments[7].duration = .zero } == [.segmentWithoutLength(segment: 12)])
        #expect(findings { $0.segments.removeLast(3) } == [.tooFewSegments(5)])
        #expect(
            findings { $0.segments.removeLast(6) } == [.playlistTooShort(.seconds(4)), .tooFewSegments(2)])
        #expect(findings { $0.segments[2].programDateTime = nil } == [.programDateTimeMissing(segment: 7)])
        #expect(
            findings { $0.segments[1].programDateTime = ProgramDateTime(millisecondsSince1970: 12_060) }
                == [.programDateTimeInconsistent(segment: 6, offByMilliseconds: 60)])
        #expect(findings { $0.segments[4].initialization = nil } == [.initializationMissing(segment: 9)])
        #expect(
            rules.findings(in: Self.good) { $0 != "i.mp4" && $0 != "v6.m4s" }
                == [.unresolvable(uri: "i.mp4"), .unresolvable(uri: "v6.m4s")])
    }

    @Test("each rule for a step finds its breach")
    func step() {
        func findings(_ change: (inout MediaPlaylist) -> Void) -> [PlaylistFinding] {
            var playlist = Self.good
            change(&playlist)
            return rules.findings(from: Self.good, to: playlist)
        }
        #expect(findings { $0.targetDuration = 3 } == [.targetDurationChanged(from: 2, to: 3)])
        #expect(findings { $0.mediaSequence = 4 } == [.mediaSequenceDecreased(from: 5, to: 4)])
        #expect(findings { $0.mediaSequence = 14 } == [.segmentsSkipped(from: 13, to: 14)])
        #expect(findings { $0.segments[1].uri = "other" } == [.segmentChanged(segment: 6)])
        #expect(findings { $0.segments.removeLast() } == [.segmentsWithdrawn(from: 12)])
        #expect(findings { $0.type = .event } == [.typeChanged])
        #expect(
            findings {
                $0.segments.removeFirst(3)
                $0.mediaSequence = 8
            } == [.discontinuitySequenceWrong(expected: 2, found: 1)])
        #expect(
            rules.findings(from: Self.good, to: Self.good, interval: .milliseconds(3001))
                == [.updatedTooLate(after: .milliseconds(3001))])
        var ended = Self.good
        ended.isEnded = true
        #expect(rules.findings(from: Self.good, to: ended).isEmpty)
        #expect(rules.findings(from: ended, to: Self.good) == [.changedAfterEnd])
    }

    @Test("a delta update is held against what it lists")
    func deltaUpdate() {
        var delta = Self.good
        delta.skippedSegments = 3
        delta.segments.removeFirst(3)
        #expect(rules.findings(from: Self.good, to: delta).isEmpty)
        #expect(rules.findings(from: delta, to: Self.good).isEmpty)
        var changed = delta
        changed.segments[0].uri = "other"
        #expect(rules.findings(from: Self.good, to: changed) == [.segmentChanged(segment: 8)])
        let playlists = [Self.good, delta].map {
            PlaylistRules.PresentedPlaylist(uri: "video.m3u8", playlist: $0, codecs: [])
        }
        #expect(rules.findings(in: MultivariantPlaylist(), with: playlists).isEmpty)
        #expect(rules.findings(in: MultivariantPlaylist(), with: playlists.reversed()).isEmpty)
    }

    @Test("each rule for a presentation finds its breach")
    func presentation() {
        let multivariant = MultivariantPlaylistTests.separate
        func findings(codec: String = "mp4a.40.2", _ change: (inout MediaPlaylist) -> Void) -> [PlaylistFinding] {
            var audio = Self.good
            change(&audio)
            return rules.findings(
                in: multivariant,
                with: [
                    .init(uri: "video.m3u8", playlist: Self.good, codecs: ["avc1.64001f"]),
                    .init(uri: "audio.m3u8", playlist: audio, codecs: [codec]),
                ])
        }
        #expect(findings { _ in }.isEmpty)
        #expect(
            findings(codec: "opus") { _ in } == [
                .codecUndeclared(uri: "video.m3u8", codec: "opus"), .codecUnused(uri: "video.m3u8", codec: "mp4a.40.2"),
            ])
        #expect(findings { $0.targetDuration = 3 } == [.targetDurationsDiffer(uri: "audio.m3u8")])
        #expect(
            findings { $0.discontinuitySequence = 0 } == [.discontinuitiesDiffer(uri: "audio.m3u8", segment: 5)])
        #expect(
            findings { $0.segments[3].duration = .milliseconds(2060) }
                == [.boundariesDiffer(uri: "audio.m3u8", segment: 8)])
        #expect(
            rules.findings(in: multivariant, with: [])
                == [
                    .unresolvable(uri: "video.m3u8"), .unresolvable(uri: "audio.m3u8"),
                    .codecUnused(uri: "video.m3u8", codec: "avc1.64001f"),
                    .codecUnused(uri: "video.m3u8", codec: "mp4a.40.2"),
                ])
        var lonely = multivariant
        lonely.renditions = []
        #expect(
            rules.findings(
                in: lonely,
                with: [.init(uri: "video.m3u8", playlist: Self.good, codecs: ["avc1.64001f", "mp4a.40.2"])])
                == [.audioGroupMissing("audio")])
    }
}

@Suite("Rules of a Multivariant Playlist")
struct MultivariantRulesTests {
    static let media = MediaPlaylist(targetDuration: 2)

    static func sound(_ name: String, isDefault: Bool = false, channels: String? = "2") -> Rendition {
        Rendition(
            kind: .audio, groupID: "a", name: name, isDefault: isDefault, isAutoselect: true, channels: channels,
            uri: "\(name).m3u8")
    }

    static func variant(_ uri: String = "v") -> VariantStream {
        VariantStream(
            uri: uri, bandwidth: 2, averageBandwidth: 1, codecs: ["avc1.64001f"],
            resolution: Resolution(width: 2, height: 2), frameRate: FrameRate(thousandths: 30_000))
    }

    func findings(_ playlist: MultivariantPlaylist, range: VideoRange? = nil) -> [PlaylistFinding] {
        let uris = playlist.variants.map(\.uri) + playlist.renditions.compactMap(\.uri)
        return PlaylistRules().findings(
            in: playlist,
            with: Set(uris).sorted().map {
                .init(uri: $0, playlist: Self.media, codecs: $0 == "v" ? ["avc1.64001f"] : [], videoRange: range)
            })
    }

    @Test("renditions of a group have names of their own, one default and their channels")
    func renditions() {
        var variant = Self.variant()
        variant.audioGroup = "a"
        let good = MultivariantPlaylist(
            renditions: [Self.sound("x", isDefault: true), Self.sound("y")], variants: [variant])
        #expect(findings(good).isEmpty)
        var bad = good
        bad.renditions.append(Self.sound("x", isDefault: true, channels: nil))
        #expect(
            findings(bad) == [
                .renditionNameRepeated(group: "a", name: "x"), .severalDefaultRenditions(group: "a"),
                .channelsMissing(group: "a", name: "x"),
            ])
    }

    @Test("a variant says what a player chooses by, truly, and once")
    func variants() {
        var bad = Self.variant()
        bad.averageBandwidth = 3
        bad.resolution = nil
        bad.frameRate = nil
        #expect(
            findings(MultivariantPlaylist(variants: [Self.variant(), bad])) == [
                .variantRepeated(uri: "v"), .averageAbovePeak(uri: "v", average: 3, peak: 2),
                .resolutionMissing(uri: "v"), .frameRateMissing(uri: "v"),
            ])
    }

    @Test("the dynamic range is that of the pictures, and standard when nothing is said")
    func videoRange() {
        var playlist = MultivariantPlaylist(variants: [Self.variant()])
        #expect(findings(playlist, range: .standard).isEmpty)
        #expect(
            findings(playlist, range: .perceptualQuantizer) == [
                .videoRangeWrong(uri: "v", declared: .standard, found: .perceptualQuantizer)
            ])
        playlist.variants[0].videoRange = .perceptualQuantizer
        #expect(findings(playlist, range: .perceptualQuantizer).isEmpty)
    }

    private static func inParts(
        _ lengths: [[Int]], open: [Int] = [], target: Int = 500, independent: Bool = false
    ) -> MediaPlaylist {
        func part(_ milliseconds: Int) -> PartialSegment {
            PartialSegment(uri: "p", duration: .milliseconds(milliseconds), isIndependent: independent)
        }
        return MediaPlaylist(
            targetDuration: 2,
            segments: lengths.map { parts in
                MediaSegment(
                    uri: "s.ts", duration: .milliseconds(parts.reduce(0, +)),
                    programDateTime: ProgramDateTime(millisecondsSince1970: 0), parts: parts.map(part))
            },
            serverControl: ServerControl(
                canBlockReload: true, holdBack: .seconds(6), partHoldBack: .milliseconds(3 * target),
                canSkipUntil: .seconds(12)),
            partTarget: .milliseconds(target),
            segmentUnderConstruction: open.isEmpty
                ? nil : MediaSegment(uri: "", duration: .zero, parts: open.map(part)),
            preloadHints: [PreloadHint(uri: "p")])
    }

    private func partFindings(_ playlist: MediaPlaylist) -> [PlaylistFinding] {
        PlaylistRules().findings(in: playlist).filter {
            if case .programDateTimeInconsistent = $0 { return false }
            return true
        }
    }

    @Test("each rule on parts is found broken, and only that")
    func parts() {
        let sound = Self.inParts([[500, 500, 425, 300]], open: [500, 100])
        #expect(partFindings(sound).isEmpty)
        #expect(
            partFindings(Self.inParts([[500, 501, 500]]))
                == [.partLongerThanTarget(segment: 0, part: 1, duration: .milliseconds(501))])
        #expect(
            partFindings(Self.inParts([[500, 424, 500]], open: [424, 400]))
                == [
                    .partTooShort(segment: 0, part: 1, duration: .milliseconds(424)),
                    .partTooShort(segment: 1, part: 0, duration: .milliseconds(424)),
                ])
        #expect(partFindings(Self.inParts([[500, 424, 500]], independent: true)).isEmpty)

        var playlist = sound
        playlist.segments[0].duration += .milliseconds(2)
        #expect(
            partFindings(playlist)
                == [.partsDoNotAddUp(segment: 0, parts: .milliseconds(1725), whole: .milliseconds(1727))])
        playlist = sound
        playlist.partTarget = nil
        #expect(partFindings(playlist) == [.partTargetMissing])
        playlist = sound
        playlist.preloadHints = []
        #expect(partFindings(playlist) == [.hintMissing])
        playlist = sound
        playlist.isEnded = true
        #expect(partFindings(playlist) == [.hintBehindEnd])
        playlist = sound
        playlist.serverControl = ServerControl(
            holdBack: .seconds(5), partHoldBack: .seconds(1), canSkipUntil: .seconds(11))
        #expect(
            partFindings(playlist)
                == [
                    .partHoldBackTooShort(.seconds(1)), .holdBackTooShort(.seconds(5)),
                    .skipBoundaryTooNear(.seconds(11)),
                ])
        #expect(
            partFindings(Self.inParts(.init(repeating: [500, 500, 500, 500], count: 6)))
                == [.partsTooOld(segment: 0)])
    }

    @Test("parts may come at the end and go all together, and never change")
    func partsChange() {
        let before = Self.inParts([[500, 500]], open: [500])
        let rules = PlaylistRules()
        #expect(rules.findings(from: before, to: Self.inParts([[500, 500]], open: [500, 500])).isEmpty)
        #expect(rules.findings(from: before, to: Self.inParts([[500, 500], [500, 400]])).isEmpty)
        var delta = Self.inParts([[500, 500]], open: [500, 500])
        delta.skippedSegments = 1
        delta.segments = []
        #expect(rules.findings(from: before, to: delta).isEmpty)
        var bare = before
        bare.segments[0].parts = []
        #expect(rules.findings(from: before, to: bare).isEmpty)
        #expect(rules.findings(from: bare, to: before) == [.partsChanged(segment: 0)])
        #expect(
            rules.findings(from: before, to: Self.inParts([[500, 500]], open: [400])) == [.partsChanged(segment: 1)])
        #expect(
            rules.findings(from: before, to: Self.inParts([[500, 500]], open: [500], target: 501)).contains(
                .partTargetChanged))
    }
}
