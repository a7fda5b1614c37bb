import ISOBMFF
import MPD
import MediaModel
import NIOCore
import SegmentPackaging
import TestSupport
import Testing
import TextCoding

/// What a DASH player sees of a packager; every state is held against `ManifestRules` when it appears.
@Suite("DASH manifests")
struct ManifestTests {
    private static func view(part: Duration = .milliseconds(500), window: Duration = .seconds(20)) -> PlayerView {
        PlayerView { configuration in
            configuration.partDuration = part
            configuration.window = window
            configuration.namePrefix = "x-"
            configuration.manifest = SegmentPackager.ManifestOptions()
            configuration.manifest?.timeAddress = "../../time"
            configuration.manifest?.title = "live/show"
        }
    }

    /// The number of the first segment of all.
    private static func first(_ view: PlayerView) throws -> Int {
        try #require(view.manifests.first?.periods.first?.id.flatMap { Int($0) })
    }

    private static func live(_ manifest: MediaPresentationDescription?) -> LiveAvailability? {
        if case .live(let live) = manifest?.availability { live } else { nil }
    }

    /// Every whole segment that the manifests ever listed, by representation.
    private static func history(_ view: PlayerView) -> [String: [SegmentTemplate.Segment]] {
        var history: [String: [SegmentTemplate.Segment]] = [:]
        for manifest in view.manifests {
            for set in manifest.periods.flatMap(\.adaptationSets) {
                for representation in set.representations {
                    let segments = (representation.segmentTemplate ?? set.segmentTemplate)?.segments(of: representation)
                    // What was a guess while the segment grew is put right by the next state.
                    for segment in segments ?? [] where view.everything[segment.address] != nil {
                        history[representation.id, default: []].removeAll { $0.place.time >= segment.place.time }
                        history[representation.id]?.append(segment)
                    }
                }
            }
        }
        return history
    }

    @Test("two minutes of a live stream with parts follow every rule, and segments are what the timeline says")
    func lowLatency() throws {
        var view = Self.view()
        var source = SyntheticSource()
        source.compositionOffsets = [66]
        view.announce(source)
        view.play(&source, to: 120_000)
        #expect(view.manifests.count > 55)
        let manifest = try #require(view.manifests.last)
        let live = try #require(Self.live(manifest))
        #expect(live.minimumUpdatePeriod == .milliseconds(500))
        #expect(live.timeShiftBufferDepth == .seconds(20))
        #expect(manifest.serviceDescriptions.first?.latency?.target == 1000)
        #expect(manifest.utcTimings.map(\.value) == ["../../time", "../../time"])
        #expect(manifest.title == "live/show")
        let period = try #require(manifest.periods.first)
        #expect(manifest.periods.count == 1 && period.start == .zero)
        let video = try #require(period.adaptationSets.first)
        let template = try #require(video.segmentTemplate)
        #expect(template.availabilityTimeOffset == .milliseconds(1500))
        #expect(template.media == "x-$RepresentationID$-$Time$.m4s")
        let first = try Self.first(view)
        #expect(template.initialization == "x-$RepresentationID$-\(first)-init.mp4")
        #expect(video.representations[0].format.frameRate?.text == "30")
        // Regular groups are one run however long the window is.
        #expect(template.timeline?.runs.count == 1)

        for segments in Self.history(view).values {
            #expect(zip(segments, segments.dropFirst()).allSatisfy { $0.place.end == $1.place.time })
            #expect(segments.count >= 58)
            for segment in segments {
                let bytes = try #require(view.everything[segment.address]?.bytes)
                let samples = try MovieFragment.readAll(in: bytes).flatMap(\.tracks)
                let first = try #require(samples.first)
                let shown = first.baseMediaDecodeTime + Int64(first.samples.first?.compositionOffset ?? 0)
                #expect(segment.place.time == shown, "\(segment.address)")
                let length = samples.flatMap(\.samples).reduce(0) { $0 + Int64($1.duration) }
                #expect(segment.place.duration == length, "\(segment.address)")
            }
        }
    }

    @Test("a segment can be fetched as soon as the one before is whole, and grows to what it is in the end")
    func growth() throws {
        var view = Self.view()
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 4100)
        // The second segment became whole with the first picture of the third, which stands in the manifest.
        let listed = try #require(view.manifests.last?.periods.first?.adaptationSets.first)
        let segments = try #require(listed.segmentTemplate?.segments(of: listed.representations[0]))
        let growing = "x-video-1260000.m4s"
        #expect(segments.map(\.address) == ["x-video-900000.m4s", "x-video-1080000.m4s", growing])
        #expect(view.growing[growing] == [])
        view.play(&source, from: 4100, to: 5100)
        #expect(view.growing[growing]?.count == 2)
        #expect(view.resources[growing] == nil)
    }

    @Test("without parts segments are listed when they are whole")
    func withoutParts() throws {
        var view = Self.view(part: .zero)
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 30_000)
        let manifest = try #require(view.manifests.last)
        let live = try #require(Self.live(manifest))
        #expect(live.suggestedPresentationDelay == .seconds(6))
        #expect(live.minimumUpdatePeriod == .seconds(2))
        #expect(manifest.serviceDescriptions.isEmpty)
        #expect(manifest.periods[0].adaptationSets[0].segmentTemplate?.availabilityTimeOffset == nil)
        #expect(view.growing.isEmpty)
        #expect(Self.history(view).values.allSatisfy { $0.count >= 13 })
    }

    @Test("a publisher that comes back begins a period at its time of day, and its numbers go on")
    func restart() throws {
        var view = Self.view()
        // Nothing comes while nobody publishes.
        view.isExpectedInManifest = { if case .segmentLate = $0 { true } else { false } }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 9000)
        view.send(.discontinuity)
        view.now += 7000
        var other = SyntheticSource()
        other.origin = 500_000
        other.video = SyntheticSource.pictures(record: SyntheticSource.otherPictureRecord)
        view.announce(other)
        view.play(&other, to: 9000)
        let manifest = try #require(view.manifests.last)
        #expect(manifest.periods.map(\.start) == [.zero, .seconds(16)])
        let first = try Self.first(view)
        #expect(manifest.periods.map(\.id) == ["\(first)", "\(first + 5)"])
        let templates = manifest.periods.compactMap { $0.adaptationSets.first?.segmentTemplate }
        #expect(templates[1].initialization == "x-$RepresentationID$-\(first + 5)-init.mp4")
        // The last segment of the first period is the rest, and nothing is expected behind it.
        #expect(templates[0].timeline?.count == 5)
        #expect(Self.history(view)["video"]?.count == 9)
    }

    @Test("the end of the stream is the end of the presentation, for good")
    func end() throws {
        var view = Self.view()
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 9000)
        view.finish()
        let manifest = try #require(view.manifests.last)
        let live = try #require(Self.live(manifest))
        #expect(live.minimumUpdatePeriod == nil)
        let length = try #require(manifest.mediaPresentationDuration)
        #expect(length >= .seconds(9) && length < .milliseconds(9100))
        #expect(view.growing.isEmpty)
        let template = try #require(manifest.periods[0].adaptationSets[0].segmentTemplate)
        #expect(template.timeline?.count == 5)
    }

    @Test("qualities are one set whose segments are aligned, sounds are sets by themselves")
    func ladder() throws {
        let color = ColorDescription(primaries: 9, transferCharacteristics: 16, matrixCoefficients: 9)
        var ladder = LadderSource(
            qualities: [
                .init(track: LadderSource.pictures(0, width: 1920, height: 1080)),
                .init(track: LadderSource.pictures(1, width: 1280, height: 720)),
                .init(track: LadderSource.pictures(2, width: 1920, height: 1080, color: color)),
            ],
            sounds: [SyntheticSource.sound(language: "en"), SyntheticSource.sound(number: 1, language: "de")])
        var view = Self.view()
        view.send(.tracks(ladder.tracks))
        view.play(&ladder, to: 30_000)
        let sets = try #require(view.manifests.last?.periods.first?.adaptationSets)
        #expect(
            sets.map { $0.representations.map(\.id) } == [["video", "video-1"], ["video-2"], ["audio"], ["audio-1"]])
        #expect(sets.map(\.id) == [0, 2, 256, 257])
        #expect(sets.map(\.language) == [nil, nil, "en", "de"])
        #expect(sets.map { $0.roles.first?.value } == ["main", "main", "main", "alternate"])
        #expect(sets[0].segmentTemplate != nil, "all representations are addressed alike")
        #expect(sets[0].pictureBounds?.width == 1920 && sets[0].pictureBounds?.aspectRatio?.width == 16)
        #expect(sets[1].descriptors.essentialProperties == [.transferCharacteristics(16)])
        #expect(sets[2].descriptors.audioChannelConfigurations.first?.value == "2")
        #expect(Self.history(view).count == 5)
    }

    @Test("where the sound falls silent there is a period without it")
    func silence() throws {
        var view = Self.view()
        // A segment of sound was expected that did not come, and the pictures go on in another period.
        view.isExpectedInManifest = { if case .segmentsWithdrawn = $0 { true } else { false } }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 8000)
        let sound = source.audio
        source.audio = nil
        view.play(&source, from: 8000, to: 16_000)
        source.audio = sound
        view.play(&source, from: 16_000, to: 24_000)
        let periods = try #require(view.manifests.last?.periods)
        #expect(periods.map(\.adaptationSets.count) == [2, 1, 2])
        let continuity = periods.dropFirst().first?.adaptationSets.first?.descriptors.supplementalProperties
        #expect(continuity == [.periodContinuity(with: "\(try Self.first(view))")])
        #expect(Self.history(view)["video"]?.count ?? 0 >= 11)
    }

    @Test("sound that was away for longer than anything is kept is decoded with a header that is there")
    func longSilence() throws {
        var view = Self.view()
        view.isExpectedInManifest = { if case .segmentsWithdrawn = $0 { true } else { false } }
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 8000)
        let sound = source.audio
        source.audio = nil
        view.play(&source, from: 8000, to: 120_000)
        source.audio = sound
        view.play(&source, from: 120_000, to: 130_000)
        let sets = try #require(view.manifests.last?.periods.last?.adaptationSets)
        #expect(sets.count == 2)
        for set in sets {
            for representation in set.representations {
                let template = try #require((representation.segmentTemplate ?? set.segmentTemplate)?.initialization)
                let address = SegmentTemplate.address(template, .init(representationID: representation.id))
                #expect(address.map { view.resources[$0] != nil } == true, "\(address ?? template)")
            }
        }
    }

    @Test("the manifest costs no more when the window is long")
    func cost() throws {
        var sizes: [Int] = []
        for window in [Duration.seconds(20), .seconds(600)] {
            var view = Self.view(window: window)
            var source = SyntheticSource()
            source.audio = nil
            view.announce(source)
            view.play(&source, to: 300_000)
            sizes.append(try #require(view.manifests.last).text.utf8.count)
        }
        #expect(sizes[1] < sizes[0] + 64)
    }

    @Test("irregular groups have segments of their own lengths")
    func irregular() throws {
        var view = Self.view()
        // What is expected is a guess; it is put right when the segment is whole.
        var source = SyntheticSource()
        view.announce(source)
        var time: Int64 = 0
        for length in [60, 66, 61, 71, 66, 60, 62] as [Int64] {
            source.groupLength = 1_000_000
            var frames = source.frames(from: time, to: time + length * 1000 / 30)
            let start = view.now
            for index in frames.indices {
                let frame = frames[index]
                if frame.track.kind == .video, !frames[..<index].contains(where: { $0.track.kind == .video }) {
                    frames[index] = MediaFrame(
                        track: frame.track, decodeTime: frame.decodeTime, isSync: true, payload: frame.payload)
                }
                view.now = start + frame.decodeTime - time
                view.send(.frame(frames[index]))
            }
            view.now = start + length * 1000 / 30
            time += length * 1000 / 30
        }
        view.finish()
        let history = try #require(Self.history(view)["video"])
        #expect(history.count == 7)
    }

    @Test("a segment that was announced has the name under which it was, whatever its first sample says")
    func announcedNames() throws {
        var view = Self.view()
        var source = SyntheticSource()
        source.compositionOffsets = [66]
        view.announce(source)
        view.play(&source, to: 4100)
        let expected = view.growing.keys.sorted()
        #expect(expected.count == 2)
        // From here on pictures are decoded and shown at once, and a little sound is missing.
        source.compositionOffsets = [0]
        let sound = source.audio
        source.audio = nil
        view.play(&source, from: 4100, to: 4200)
        source.audio = sound
        view.play(&source, from: 4200, to: 8100)
        for name in expected { #expect(view.everything[name] != nil, "\(name)") }
        for segments in Self.history(view).values {
            #expect(zip(segments, segments.dropFirst()).allSatisfy { $0.place.end <= $1.place.time })
            #expect(segments.count == 4)
        }
    }

    @Test("names of sound tell their unit, so that none comes again when the sampling rate changes")
    func samplingRates() throws {
        var view = Self.view()
        var source = SyntheticSource()
        view.announce(source)
        view.play(&source, to: 8000)
        let segments = view.everything.keys.filter { $0.hasPrefix("x-audio-") && $0.hasSuffix(".m4s") }
        #expect(segments.count > 8 && segments.allSatisfy { $0.contains("-44100-") })
        let set = try #require(view.manifests.last?.periods.first?.adaptationSets.last)
        #expect(set.segmentTemplate?.media == "x-$RepresentationID$-44100-$Time$.m4s")
    }

    @Test("what was said of a segment before it was whole stays, however times are rounded")
    func promises() throws {
        var view = Self.view()
        var source = SyntheticSource()
        // 50 pictures of 33 or 34 milliseconds: the boundaries are not whole milliseconds apart.
        source.groupLength = 50
        view.announce(source)
        view.play(&source, to: 60_000)
        var told: [String: SegmentTimeline.Place] = [:]
        for manifest in view.manifests.dropFirst() {
            for set in manifest.periods.flatMap(\.adaptationSets) {
                for representation in set.representations {
                    let segments = (representation.segmentTemplate ?? set.segmentTemplate)?.segments(of: representation)
                    for segment in segments ?? [] {
                        #expect(told[segment.address, default: segment.place] == segment.place, "\(segment.address)")
                        told[segment.address] = segment.place
                    }
                }
            }
        }
        #expect(told.count == 36)
    }
}
