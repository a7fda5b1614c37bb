public import Metrics
import NIOConcurrencyHelpers

/// Keeps the metrics of a process for Prometheus: a backend of swift-metrics.
///
/// A metric's label is its name, and its dimensions are its labels; both are made legal where they are not. Metrics that
/// have the same name and labels are one series. The number of series is bounded, because a dimension may come from
/// outside: what is refused is counted in `swiftwater_metrics_series_refused_total`, and goes nowhere.
public final class PrometheusRegistry: Sendable {
    /// The media type of `render()`, for the `Content-Type` of the answer.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// How the registry names and bounds its metrics.
    public struct Configuration: Sendable {
        /// Series in all.
        ///
        /// Default 10,000: some megabytes, and what a Prometheus server takes in one scrape without complaint.
        public var seriesLimit = 10_000
        /// What metrics mean, by name; a metric without an entry gets its label for a description.
        public var help: [String: String] = [:]
        /// The name of the counter of refused series.
        public var refusedSeriesName = "swiftwater_metrics_series_refused_total"

        /// Makes a configuration with the defaults.
        public init() {}
    }

    private struct State {
        var families: [String: MetricFamily] = [:]
        var seriesCount = 0
        var seriesLimit: Int
        var names: [ObjectIdentifier: (name: String, labels: MetricLabels)] = [:]
    }

    private let configuration: Configuration
    private let refused = CounterSeries()
    private let state: NIOLockedValueBox<State>

    /// Makes an empty registry.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        state = NIOLockedValueBox(State(seriesLimit: configuration.seriesLimit))
    }

    /// Series in all; those that there are stay, whatever is set.
    public var seriesLimit: Int {
        get { state.withLockedValue { $0.seriesLimit } }
        set { state.withLockedValue { $0.seriesLimit = newValue } }
    }

    /// All metrics as Prometheus reads them (text format 0.0.4), families and series in order of their names.
    public func render() -> String {
        // The values are read outside the lock, so that a scrape does not hold up who makes a new series.
        var families = state.withLockedValue { $0.families }
        families[configuration.refusedSeriesName] = MetricFamily(
            kind: .counter, help: "Series that were not made because there are too many.", series: [[]: refused])
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            family.render(name: name, to: &text)
        }
        return text
    }

    /// The series of this name and these dimensions, made by `make` if there is none; `nil` when it is refused.
    private func series<Series: MetricSeries>(
        _ label: String, _ dimensions: [(String, String)], kind: MetricKind, make: (_ name: String) -> Series
    ) -> Series? {
        let name = MetricName.legal(label, kind: kind)
        let labels = MetricLabels(dimensions)
        let found: Series? = state.withLockedValue { state in
            if let family = state.families[name] {
                // A name has one type (text format, "TYPE"), and to Prometheus a name is one thing everywhere.
                guard family.kind == kind.exposed else { return nil }
                if let series = family.series[labels] { return series as? Series }
            }
            guard state.seriesCount < state.seriesLimit, name != configuration.refusedSeriesName else {
                return nil
            }
            let series = make(name)
            let help = configuration.help[name] ?? configuration.help[label] ?? label
            state.families[name, default: MetricFamily(kind: kind.exposed, help: help)].series[labels] = series
            state.names[ObjectIdentifier(series)] = (name, labels)
            state.seriesCount += 1
            return series
        }
        if found == nil { refused.increment(by: 1) }
        return found
    }

    /// Forgets a series; one that was refused, or that another registry made, is none of ours.
    private func remove(_ series: AnyObject) {
        state.withLockedValue { state in
            guard let (name, labels) = state.names.removeValue(forKey: ObjectIdentifier(series)) else { return }
            state.families[name]?.series[labels] = nil
            if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
            state.seriesCount -= 1
        }
    }
}

extension PrometheusRegistry: MetricsFactory {
    /// Makes or finds a counter; its name ends in `_total`.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, kind: .counter) { _ in CounterSeries() } ?? NOOPMetricsHandler.instance
    }

    /// Makes or finds a counter of fractions; its name ends in `_total`.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, kind: .counter) { _ in FloatingPointCounterSeries() } ?? NOOPMetricsHandler.instance
    }

    /// Makes or finds a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, kind: .gauge) { _ in GaugeSeries() } ?? NOOPMetricsHandler.instance
    }

    /// Makes or finds a histogram, or a gauge when nothing is to be aggregated.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else {
            return series(label, dimensions, kind: .gauge) { _ in GaugeSeries() } ?? NOOPMetricsHandler.instance
        }
        return series(label, dimensions, kind: .histogram) { name in HistogramSeries(buckets: .suitable(for: name)) }
            ?? NOOPMetricsHandler.instance
    }

    /// Makes or finds a histogram of seconds; its name ends in `_seconds`.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, kind: .timer) { _ in TimerSeries() } ?? NOOPMetricsHandler.instance
    }

    /// Forgets a counter: whoever still counts on it counts for nobody.
    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    /// Forgets a counter: whoever still counts on it counts for nobody.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    /// Forgets a gauge.
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    /// Forgets a histogram or gauge.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    /// Forgets a histogram.
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
