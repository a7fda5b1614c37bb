import MediaModel
import Testing

@Suite("Timescales")
struct TimescaleTests {
    @Test(
        "ticks are converted to the nearest, halves upwards, before zero too",
        arguments: [
            (1, 1_000, 90_000, 90), (90, 90_000, 1_000, 1), (44, 90_000, 1_000, 0), (45, 90_000, 1_000, 1),
            (135, 90_000, 1_000, 2), (-45, 90_000, 1_000, 0), (-46, 90_000, 1_000, -1), (-135, 90_000, 1_000, -1),
            (1_024, 48_000, 1_000, 21), (1_024, 44_100, 1_000, 23), (1, 3, 1, 0), (2, 3, 1, 1), (-1, 3, 1, 0),
            (-2, 3, 1, -1), (0, 44_100, 90_000, 0),
        ] as [(Int64, Int, Int, Int64)])
    func converted(ticks: Int64, from: Int, to: Int, expected: Int64) throws {
        let (from, to) = (
            try #require(Timescale(ticksPerSecond: from)), try #require(Timescale(ticksPerSecond: to))
        )
        #expect(from.convert(ticks, to: to) == expected)
        #expect(MediaTime(ticks, from).ticks(of: to) == expected)
    }

    @Test("what does not fit is clamped, and what is in the same unit stays as it is")
    func extremes() {
        #expect(Timescale.milliseconds.convert(.max, to: .mpeg) == .max)
        #expect(Timescale.milliseconds.convert(.min, to: .mpeg) == .min)
        #expect(Timescale.mpeg.convert(.max, to: .milliseconds) == 102_481_911_520_608_620)
        #expect(Timescale.mpeg.convert(.min, to: .mpeg) == .min)
    }

    @Test("there is no timescale without ticks", arguments: [0, -1, Int.min])
    func refused(ticks: Int) {
        #expect(Timescale(ticksPerSecond: ticks) == nil)
    }

    @Test("times are compared exactly, whatever their units")
    func comparison() throws {
        let sound = try #require(Timescale(ticksPerSecond: 44_100))
        #expect(MediaTime(1, sound) < MediaTime(3, .mpeg))
        #expect(MediaTime(2, .mpeg) < MediaTime(1, sound))
        #expect(MediaTime(.max, .mpeg) < MediaTime(.max, .milliseconds))
        #expect(!(MediaTime(441, sound) < MediaTime(10, .milliseconds)))
        #expect(MediaTime(10, .milliseconds).seconds == 0.01)
    }
}
