import Testing

@testable import SegmentPackaging

@Suite("Bit rate meter")
struct BitRateMeterTests {
    @Test("the peak is that of whole segments, the average that of all")
    func peakAndAverage() {
        var meter = BitRateMeter()
        #expect(meter.peak == 0)
        #expect(meter.average == 0)
        meter.count(bytes: 250_000, duration: 180_000, target: 180_000)
        #expect(meter.peak == 1_000_001)
        // A tenth of a second at ten times the rate.
        meter.count(bytes: 125_000, duration: 9000, target: 180_000)
        #expect(meter.peak == 1_000_001)
        meter.count(bytes: 500_000, duration: 180_000, target: 180_000)
        #expect(meter.peak == 2_000_001)
        #expect(meter.average == 875_000 * 80 / 41 + 1)
    }

    @Test("no number of segments overflows it")
    func endless() {
        var meter = BitRateMeter()
        for _ in 0..<100_000 { meter.count(bytes: .max / 16, duration: 1, target: 1) }
        #expect(meter.peak == Int(Int32.max))
    }
}
