import MPD
import Testing
import TextCoding

@Suite("Manifest rules")
struct ManifestRulesTests {
    private let rules = ManifestRules()
    private static let start: Int64 = 1_786_278_896_000

    /// A live service of low latency: two seconds a segment, `count` segments from number `first` on, the last growing.
    private func manifest(first: Int = 0, count: Int = 10) -> MediaPresentationDescription {
        let now = UTCTime(millisecondsSince1970: Self.start + Int64(first + count - 1) * 2000 + 200)
        var live = LiveAvailability(
            availabilityStartTime: UTCTime(millisecondsSince1970: Self.start), publishTime: now)
        live.minimumUpdatePeriod = .milliseconds(400)
        live.timeShiftBufferDepth = .seconds(20)
        var manifest = MediaPresentationDescription(availability: .live(live), minBufferTime: .milliseconds(600))
        manifest.maxSegmentDuration = .milliseconds(2500)
        manifest.utcTimings = [.utcTiming(isoAddress: "/time")]
        manifest.serviceDescriptions = [
            ServiceDescription(id: 0, latency: .init(referenceID: 0, target: 1500, maximum: 6000, minimum: 500))
        ]
        var set = AdaptationSet(id: 0, contentType: "video", isSegmentAligned: true)
        set.format.mimeType = "video/mp4"
        set.format.startWithSAP = 1
        set.descriptors.producerReferenceTimes = [
            ProducerReferenceTime(
                id: 0, wallclockTime: UTCTime(millisecondsSince1970: Self.start), presentationTime: 900_000)
        ]
        for id in ["video", "video-1"] {
            var format = RepresentationFormat()
            format.codecs = "avc1.64001f"
            (format.width, format.height) = (1280, 720)
            format.frameRate = FrameRateFraction(numerator: 25)
            var template = SegmentTemplate(
                timescale: 90_000, media: "$RepresentationID$-$Number$.m4s",
                initialization: "$RepresentationID$-init.mp4", startNumber: first,
                timeline: SegmentTimeline(
                    places: (first..<first + count).map {
                        SegmentTimeline.Place(time: 900_000 + Int64($0) * 180_000, duration: 180_000)
                    }))
            template.presentationTimeOffset = 900_000
            template.availabilityTimeOffset = .milliseconds(1800)
            template.isCompleteWhenAvailable = false
            set.representations.append(
                Representation(id: id, bandwidth: 3_000_000, format: format, segmentTemplate: template))
        }
        manifest.periods = [Period(id: "0", start: .zero, adaptationSets: [set])]
        return manifest
    }

    private func published(_ manifest: MediaPresentationDescription) -> UTCTime? {
        if case .live(let live) = manifest.availability { live.publishTime } else { nil }
    }

    @Test("a service as it should be has no findings, by itself, at its time, and from state to state")
    func noFindings() throws {
        for first in 0..<5 {
            let one = manifest(first: first)
            let two = manifest(first: first + 1)
            #expect(rules.findings(in: one, at: published(one)) == [])
            #expect(rules.findings(from: one, to: two) == [])
            #expect(rules.findings(from: one, to: one) == [])
        }
    }

    private typealias Break = @Sendable (inout MediaPresentationDescription) -> Void

    private static func live(
        _ manifest: inout MediaPresentationDescription, _ change: (inout LiveAvailability) -> Void
    ) {
        guard case .live(var live) = manifest.availability else { return }
        change(&live)
        manifest.availability = .live(live)
    }

    private static func template(
        _ manifest: inout MediaPresentationDescription, _ change: (inout SegmentTemplate) -> Void
    ) {
        guard var template = manifest.periods[0].adaptationSets[0].representations[1].segmentTemplate else { return }
        change(&template)
        manifest.periods[0].adaptationSets[0].representations[1].segmentTemplate = template
    }

    private static let broken: [(ManifestFinding, Break)] = [
        (.profileMissing, { $0.profiles = ["urn:example"] }),
        (.updatePeriodMissing, { live(&$0) { $0.minimumUpdatePeriod = nil } }),
        (.endUnclear, { $0.mediaPresentationDuration = .seconds(20) }),
        (.utcTimingMissing, { $0.utcTimings = [] }),
        (.timeShiftBufferDepthMissing, { live(&$0) { $0.timeShiftBufferDepth = nil } }),
        (.identifierRepeated("0"), { $0.periods.append($0.periods[0]) }),
        (.periodIncomplete(index: 0), { $0.periods[0].id = nil }),
        (
            .periodsOutOfOrder(period: "1"),
            { manifest in
                var period = manifest.periods[0]
                period.id = "1"
                manifest.periods.append(period)
            }
        ),
        (.setEmpty(period: "0"), { $0.periods[0].adaptationSets.append(AdaptationSet()) }),
        (.alignmentMissing(period: "0"), { $0.periods[0].adaptationSets[0].isSegmentAligned = false }),
        (
            .attributeMissing(.codecs, representation: "video"),
            { $0.periods[0].adaptationSets[0].representations[0].format.codecs = nil }
        ),
        (
            .attributeMissing(.width, representation: "video"),
            { $0.periods[0].adaptationSets[0].representations[0].format.width = nil }
        ),
        (
            .attributeMissing(.startWithSAP, representation: "video-1"),
            { $0.periods[0].adaptationSets[0].format.startWithSAP = nil }
        ),
        (.channelsMissing(representation: "video"), { $0.periods[0].adaptationSets[0].contentType = "audio" }),
        (.templateUnusable(representation: "video-1"), { template(&$0) { $0.timeline = nil } }),
        (.templateUnusable(representation: "video-1"), { template(&$0) { $0.initialization = nil } }),
        (
            .segmentsOverlap(representation: "video-1", segment: 1),
            { template(&$0) { $0.timeline?.runs.insert(.init(time: 900_000, duration: 180_001), at: 0) } }
        ),
        (
            .segmentWithoutLength(representation: "video-1", segment: 0),
            { template(&$0) { $0.timeline?.runs.insert(.init(time: 900_000, duration: 0), at: 0) } }
        ),
        (
            .segmentTooLong(representation: "video-1", segment: 0),
            { template(&$0) { $0.timeline?.runs = [.init(time: 900_000, duration: 270_000)] } }
        ),
        (
            .segmentBeforePeriod(representation: "video-1", segment: 0),
            { template(&$0) { $0.timeline?.runs[0].time = 0 } }
        ),
        (
            .segmentsNotAligned(representation: "video-1", segment: 3),
            { template(&$0) { $0.timeline?.runs[0].time = 909_000 } }
        ),
        (.availabilityUnclear(representation: "video-1"), { template(&$0) { $0.isCompleteWhenAvailable = nil } }),
        (
            .availableBeforeBegun(representation: "video-1"),
            { template(&$0) { $0.availabilityTimeOffset = .seconds(2) } }
        ),
        (.latencyMissing, { $0.serviceDescriptions = [] }),
        (.latencyContradictory, { $0.serviceDescriptions[0].latency?.minimum = 2000 }),
        (
            .producerReferenceMissing(period: "0"),
            { $0.periods[0].adaptationSets[0].descriptors.producerReferenceTimes = [] }
        ),
        (.delayBesideLatency, { live(&$0) { $0.suggestedPresentationDelay = .seconds(2) } }),
        (.unresolvable(address: "x-video-init.mp4"), { _ in }),
    ]

    @Test("each rule finds what breaks it", arguments: broken.indices)
    func findings(index: Int) {
        let (finding, change) = Self.broken[index]
        var manifest = manifest()
        change(&manifest)
        if case .unresolvable = finding {
            let found = rules.findings(in: manifest) { $0 != "video-init.mp4" && $0 != "video-1-3.m4s" }
            #expect(
                Set(found) == [.unresolvable(address: "video-init.mp4"), .unresolvable(address: "video-1-3.m4s")])
        } else {
            #expect(rules.findings(in: manifest).contains(finding), "\(rules.findings(in: manifest))")
        }
    }

    @Test("the clock finds segments that come too early and too late")
    func clock() throws {
        let manifest = manifest()
        let time = try #require(published(manifest)).millisecondsSince1970
        func found(after milliseconds: Int64) -> [ManifestFinding] {
            rules.findings(in: manifest, at: UTCTime(millisecondsSince1970: time + milliseconds))
        }
        let early = found(after: -1500)
        #expect(early.contains(.publishedInFuture(by: .milliseconds(1500))))
        #expect(
            early.contains(.segmentListedTooEarly(representation: "video", segment: 9, by: .milliseconds(1500))))
        #expect(found(after: 5700) == [])
        #expect(found(after: 6000).contains(.segmentLate(representation: "video", by: .milliseconds(1200))))
    }

    private static let steps: [(ManifestFinding?, Break)] = [
        (.availabilityStartChanged, { live(&$0) { $0.availabilityStartTime = UTCTime(millisecondsSince1970: 0) } }),
        (.publishTimeNotIncreased, { live(&$0) { $0.publishTime = UTCTime(millisecondsSince1970: 0) } }),
        (.periodMoved(period: "0"), { $0.periods[0].start = .seconds(1) }),
        (
            .representationsChanged(period: "0"), { $0.periods[0].adaptationSets[0].representations.removeLast() }
        ),
        (.templateChanged(representation: "video-1"), { template(&$0) { $0.initialization = "other.mp4" } }),
        (
            .segmentChanged(representation: "video-1", segment: 2),
            { template(&$0) { $0.timeline?.runs[0].duration = 179_000 } }
        ),
        (
            .segmentsWithdrawn(representation: "video-1", from: 9),
            { template(&$0) { $0.timeline?.runs[0].repeatCount = 3 } }
        ),
        // The last segment was growing: it may turn out longer or shorter, but not begin elsewhere.
        (
            nil,
            { manifest in
                template(&manifest) { template in
                    template.timeline?.runs = [
                        .init(time: 1_080_000, duration: 180_000, repeatCount: 7), .init(duration: 170_000),
                    ]
                }
            }
        ),
    ]

    @Test("what may not change from state to state is found", arguments: steps.indices)
    func step(index: Int) {
        let (finding, change) = Self.steps[index]
        var after = manifest(first: 1)
        change(&after)
        let found = rules.findings(from: manifest(), to: after)
        if let finding {
            #expect(found.contains(finding), "\(found)")
        } else {
            #expect(found == [])
        }
    }

    @Test("segments that are named by time are known by it, whatever the first one's number is")
    func namedByTime() {
        func named(first: Int) -> MediaPresentationDescription {
            var manifest = manifest(first: first)
            for index in manifest.periods[0].adaptationSets[0].representations.indices {
                manifest.periods[0].adaptationSets[0].representations[index].segmentTemplate?.media =
                    "$RepresentationID$-$Time$.m4s"
                manifest.periods[0].adaptationSets[0].representations[index].segmentTemplate?.startNumber = nil
            }
            return manifest
        }
        var after = named(first: 1)
        #expect(rules.findings(from: named(first: 0), to: after) == [])
        Self.template(&after) { $0.timeline?.runs[0].duration = 179_000 }
        // Where each is shorter, the later ones have other addresses.
        #expect(
            rules.findings(from: named(first: 0), to: after)
                == [.segmentChanged(representation: "video-1", segment: 2)])
    }

    @Test("periods leave at the front and come at the end")
    func periods() {
        func numbered(_ ids: [Int], publishedAt time: Int64) -> MediaPresentationDescription {
            var manifest = manifest()
            Self.live(&manifest) { $0.publishTime = UTCTime(millisecondsSince1970: Self.start + time) }
            manifest.periods = ids.map { id in
                var period = manifest.periods[0]
                period.id = String(id)
                period.start = .seconds(id * 100)
                return period
            }
            return manifest
        }
        let before = numbered([1, 2, 3], publishedAt: 0)
        #expect(rules.findings(from: before, to: numbered([2, 3, 4], publishedAt: 1)) == [])
        #expect(rules.findings(from: before, to: numbered([4], publishedAt: 1)) == [])
        #expect(
            rules.findings(from: before, to: numbered([1, 3], publishedAt: 1)) == [.periodsWithdrawn(period: "2")])
        #expect(
            rules.findings(from: before, to: numbered([1, 2], publishedAt: 1)) == [.periodsWithdrawn(period: "3")])
    }

    @Test("the last state stays as it is")
    func end() {
        var last = manifest()
        Self.live(&last) { $0.minimumUpdatePeriod = nil }
        last.mediaPresentationDuration = .seconds(20)
        #expect(rules.findings(in: last) == [])
        #expect(rules.findings(from: manifest(), to: last) == [.publishTimeNotIncreased])
        #expect(rules.findings(from: last, to: manifest(first: 1)) == [.changedAfterEnd])
    }

    @Test("a timeline that grows and shrinks is the same as one that is made at once")
    func slidingTimeline() {
        let durations: [Int64] = [20, 20, 21, 20, 20, 20, 22, 20, 20]
        let holes: [Int64] = [0, 0, 0, 5, 0, 0, 0, 1, 0]
        var places: [SegmentTimeline.Place] = []
        for (duration, hole) in zip(durations, holes) {
            places.append(.init(time: (places.last?.end ?? 7) + hole, duration: duration))
        }
        var timeline = SegmentTimeline()
        for (index, place) in places.enumerated() {
            timeline.append(place, after: index > 0 ? places[index - 1].end : nil)
            #expect(timeline.places() == Array(places[...index]))
        }
        for count in 1...places.count {
            timeline.removeFirst()
            #expect(timeline.places() == Array(places[count...]))
            #expect(timeline.runs.first.map { $0.time != nil } ?? true)
        }
        timeline.removeFirst()
        #expect(timeline.runs.isEmpty)
    }
}
