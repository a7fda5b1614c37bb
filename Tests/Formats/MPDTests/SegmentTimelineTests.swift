import MPD
import Testing

@Suite("Segment timeline")
struct SegmentTimelineTests {
    private typealias Place = SegmentTimeline.Place

    @Test("segments of one length without holes are one run, and come out of it again")
    func runs() {
        let places = [
            Place(time: 100, duration: 20), Place(time: 120, duration: 20), Place(time: 140, duration: 20),
            Place(time: 160, duration: 21), Place(time: 190, duration: 21), Place(time: 211, duration: 21),
        ]
        let timeline = SegmentTimeline(places: places)
        #expect(
            timeline.runs == [
                .init(time: 100, duration: 20, repeatCount: 2), .init(duration: 21),
                .init(time: 190, duration: 21, repeatCount: 1),
            ])
        #expect(timeline.places() == places)
        #expect(timeline.count == 6)
    }

    @Test("a run without end lasts until the next, or counts once")
    func openRuns() {
        let timeline = SegmentTimeline(runs: [
            .init(time: 0, duration: 10, repeatCount: -1), .init(time: 25, duration: 5, repeatCount: -1),
        ])
        #expect(timeline.places().map(\.time) == [0, 10, 20, 25])
    }

    @Test("absurd runs are bounded")
    func absurd() {
        let timeline = SegmentTimeline(runs: [
            .init(time: .max, duration: .max, repeatCount: .max), .init(time: 0, duration: 0, repeatCount: .max),
            .init(time: .max, duration: 1, repeatCount: -1), .init(time: .min, duration: 1),
        ])
        #expect(timeline.places(limit: 50).count == 50)
        #expect(timeline.count >= 0 || timeline.count < 0)
    }

    @Test(
        "templates become addresses",
        arguments: [
            ("$RepresentationID$/$Number%05d$.m4s", "video-1/00042.m4s"), ("$Time$-$Bandwidth$", "900000-6000"),
            ("a$$b", "a$b"), ("plain", "plain"), ("$Number%01d$", "42"), ("$Time%00020d$", "00000000000000900000"),
            ("$Number", nil), ("$Unknown$", nil), ("$Number%5d$", nil), ("$Number%099d$", nil), ("$Number%0xd$", nil),
            ("$RepresentationID%05d$", nil),
        ] as [(String, String?)])
    func addresses(template: String, address: String?) {
        let substitution = SegmentTemplate.Substitution(
            representationID: "video-1", bandwidth: 6000, number: 42, time: 900_000)
        #expect(SegmentTemplate.address(template, substitution) == address)
    }

    @Test(
        "frame rates become the fractions that people mean",
        arguments: [
            (25_000, "25"), (29_970, "30000/1001"), (23_976, "24000/1001"), (59_940, "60000/1001"), (30_000, "30"),
            (12_500, "25/2"), (14_985, "15000/1001"), (29_500, "59/2"), (1, "1/1000"),
        ])
    func frameRates(thousandths: Int, text: String) {
        #expect(FrameRateFraction(thousandths: thousandths)?.text == text)
    }

    @Test("fractions are ordered and refuse nonsense")
    func fractions() throws {
        #expect(FrameRateFraction(numerator: 0) == nil)
        #expect(FrameRateFraction(numerator: 1, denominator: 0) == nil)
        #expect(FrameRateFraction(numerator: .max) == nil)
        let film = try #require(FrameRateFraction(thousandths: 23_976))
        let video = try #require(FrameRateFraction(thousandths: 24_000))
        #expect(film < video)
        #expect(AspectRatio(width: 1920, height: 1080) == AspectRatio(width: 16, height: 9))
        #expect(AspectRatio(width: 0, height: -1) == AspectRatio(width: 1, height: 1))
    }
}
