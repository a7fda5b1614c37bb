import Metrics
import Synchronization

/// A counter of whole things: exact, and one atomic addition per call, as it is called on event loops.
final class CounterSeries: CounterHandler, MetricSeries {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        value.store(0, ordering: .relaxed)
    }

    func render(name: String, labels: MetricLabels, to text: inout String) {
        text += "\(name)\(labels.text()) \(value.load(ordering: .relaxed))\n"
    }
}

/// A counter of fractions, such as seconds.
final class FloatingPointCounterSeries: FloatingPointCounterHandler, MetricSeries {
    private let value = AtomicDouble()

    func increment(by amount: Double) {
        // Counters only rise; NaN fails the comparison too.
        guard amount > 0 else { return }
        value.add(amount)
    }

    func reset() {
        value.set(0)
    }

    func render(name: String, labels: MetricLabels, to text: inout String) {
        text += "\(name)\(labels.text()) \(value.load().exposition)\n"
    }
}
