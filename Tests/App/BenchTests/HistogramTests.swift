import Testing

@testable import swiftwater_bench

@Suite("Durations")
struct HistogramTests {
    @Test("quantiles are right to three percent, from nothing to years", arguments: [1, 1_000, 1_000_000_000_000])
    func quantiles(unit: UInt64) {
        var histogram = Histogram()
        for value in 1...1000 { histogram.add(UInt64(value) * unit) }
        for (share, value) in [(0.5, 500), (0.9, 900), (0.99, 990)] {
            let found = Double(histogram.quantile(share) ?? 0) / Double(unit)
            #expect(found >= Double(value))
            #expect(found <= Double(value) * 1.04)
        }
        #expect(histogram.greatest == 1000 * unit)
        #expect(histogram.quantile(1) == histogram.greatest)
    }

    @Test("every duration has its place", arguments: [0, 31, 32, 63, 64, UInt64.max / 2, .max])
    func places(value: UInt64) {
        var histogram = Histogram()
        histogram.add(value)
        #expect(histogram.quantile(0.5) == value)
    }

    @Test("two together are what one would have counted")
    func sum() {
        var one = Histogram()
        var other = Histogram()
        var both = Histogram()
        for value in 0..<500 {
            one.add(UInt64(value))
            other.add(UInt64(value * 7))
            both.add(UInt64(value))
            both.add(UInt64(value * 7))
        }
        one.add(other)
        #expect(one.count == both.count)
        for share in [0.1, 0.5, 0.99] { #expect(one.quantile(share) == both.quantile(share)) }
    }

    @Test("of nothing there are no quantiles")
    func empty() {
        #expect(Histogram().quantile(0.5) == nil)
    }
}
