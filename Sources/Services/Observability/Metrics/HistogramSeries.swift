import Metrics
import NIOConcurrencyHelpers

/// The upper bounds of a histogram's buckets, rising, without the last one, which is infinite.
struct HistogramBuckets: Equatable {
    let bounds: [Double]

    /// Times in seconds, from half a millisecond (an answer from memory) to a minute (a viewer who waits for a stream).
    static let seconds = HistogramBuckets(
        bounds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60])
    /// Sizes in bytes, each four times the one before, from a message header to a long group of pictures.
    static let bytes = HistogramBuckets(bounds: (3...13).map { Double(1 << (2 * $0)) })
    /// Anything else, in the steps 1, 2, 5 of six decades.
    static let counts = HistogramBuckets(
        bounds: [1, 10, 100, 1000, 10_000, 100_000].flatMap { [$0, 2 * $0, 5 * $0] } + [1_000_000])

    /// The buckets for a metric whose name ends in its unit, as names should.
    static func suitable(for name: String) -> HistogramBuckets {
        if name.hasSuffix("_seconds") { return .seconds }
        return name.hasSuffix("_bytes") ? .bytes : .counts
    }
}

/// A distribution of values.
final class HistogramSeries: RecorderHandler, MetricSeries {
    private struct State {
        /// How many values each bucket alone holds; the last is for what is above all bounds.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let buckets: HistogramBuckets
    private let state: NIOLockedValueBox<State>

    init(buckets: HistogramBuckets) {
        self.buckets = buckets
        state = NIOLockedValueBox(State(counts: Array(repeating: 0, count: buckets.bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        // One NaN would make the sum NaN for ever.
        guard !value.isNaN else { return }
        let bucket = buckets.bounds.firstIndex { value <= $0 } ?? buckets.bounds.count
        state.withLockedValue { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func render(name: String, labels: MetricLabels, to text: inout String) {
        let (counts, sum) = state.withLockedValue { ($0.counts, $0.sum) }
        var total: UInt64 = 0
        for (bound, count) in zip(buckets.bounds + [.infinity], counts) {
            total += count
            text += "\(name)_bucket\(labels.text(also: "le=\"\(bound.exposition)\"")) \(total)\n"
        }
        text += "\(name)_sum\(labels.text()) \(sum.exposition)\n\(name)_count\(labels.text()) \(total)\n"
    }
}

/// A distribution of times, told in nanoseconds and kept in seconds.
final class TimerSeries: TimerHandler, MetricSeries {
    private let histogram = HistogramSeries(buckets: .seconds)

    func recordNanoseconds(_ duration: Int64) {
        histogram.record(Double(duration) / 1_000_000_000)
    }

    func render(name: String, labels: MetricLabels, to text: inout String) {
        histogram.render(name: name, labels: labels, to: &text)
    }
}
