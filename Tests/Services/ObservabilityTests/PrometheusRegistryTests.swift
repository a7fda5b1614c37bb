import Metrics
import Testing

@testable import Observability

@Suite("Prometheus registry")
struct PrometheusRegistryTests {
    /// What is rendered of the metrics of a test, without the registry's own counter.
    private func rendered(_ registry: PrometheusRegistry) -> String {
        let lines = registry.render().split(separator: "\n").filter {
            !$0.contains("swiftwater_metrics_series_refused_total")
        }
        return lines.joined(separator: "\n")
    }

    @Test("an empty registry has its own counter alone")
    func empty() {
        #expect(
            PrometheusRegistry().render() == """
                # HELP swiftwater_metrics_series_refused_total Series that were not made because there are too many.
                # TYPE swiftwater_metrics_series_refused_total counter
                swiftwater_metrics_series_refused_total 0

                """)
    }

    @Test("counters are exact, and end in _total")
    func counters() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "frames.dropped", dimensions: [("stream", "live/show")], factory: registry)
        counter.increment(by: 9_007_199_254_740_993)
        Counter(label: "frames.dropped", dimensions: [("stream", "live/show")], factory: registry).increment()
        Counter(label: "frames_dropped_total", dimensions: [], factory: registry).increment()
        #expect(
            rendered(registry) == """
                # HELP frames_dropped_total frames.dropped
                # TYPE frames_dropped_total counter
                frames_dropped_total 1
                frames_dropped_total{stream="live/show"} 9007199254740994
                """)
        counter.reset()
        #expect(rendered(registry).contains("{stream=\"live/show\"} 0"))
    }

    @Test("counters of fractions never fall")
    func fractions() {
        let registry = PrometheusRegistry()
        let counter = FloatingPointCounter(label: "cpu_seconds", factory: registry)
        counter.increment(by: 0.5)
        counter.increment(by: 0.25)
        counter.increment(by: -1)
        counter.increment(by: Double.nan)
        #expect(rendered(registry).hasSuffix("\ncpu_seconds_total 0.75"))
    }

    @Test("gauges go up and down")
    func gauges() {
        let registry = PrometheusRegistry()
        let meter = Meter(label: "connections", factory: registry)
        meter.increment(by: 3)
        meter.decrement()
        Gauge(label: "temperature", factory: registry).record(-1.5)
        #expect(
            rendered(registry) == """
                # HELP connections connections
                # TYPE connections gauge
                connections 2
                # HELP temperature temperature
                # TYPE temperature gauge
                temperature -1.5
                """)
        meter.set(Double.infinity)
        #expect(rendered(registry).contains("connections +Inf"))
        meter.set(Double.nan)
        #expect(rendered(registry).contains("connections NaN"))
    }

    @Test("timers are histograms of seconds")
    func timers() {
        let registry = PrometheusRegistry()
        let timer = Timer(label: "join", dimensions: [("protocol", "rtmp")], factory: registry)
        timer.recordMilliseconds(1)
        timer.recordSeconds(2)
        timer.recordSeconds(100)
        let lines = rendered(registry).split(separator: "\n")
        #expect(lines.count == 2 + 17 + 2)
        #expect(lines[1] == "# TYPE join_seconds histogram")
        #expect(lines[2] == "join_seconds_bucket{protocol=\"rtmp\",le=\"0.0005\"} 0")
        #expect(lines[3] == "join_seconds_bucket{protocol=\"rtmp\",le=\"0.001\"} 1")
        #expect(lines[13] == "join_seconds_bucket{protocol=\"rtmp\",le=\"2.5\"} 2")
        #expect(lines[17] == "join_seconds_bucket{protocol=\"rtmp\",le=\"60\"} 2")
        #expect(lines[18] == "join_seconds_bucket{protocol=\"rtmp\",le=\"+Inf\"} 3")
        #expect(lines[19] == "join_seconds_sum{protocol=\"rtmp\"} 102.001")
        #expect(lines[20] == "join_seconds_count{protocol=\"rtmp\"} 3")
    }

    @Test("recorders have buckets for the unit that they are named after")
    func recorders() {
        #expect(HistogramBuckets.suitable(for: "x_seconds") == .seconds)
        #expect(HistogramBuckets.suitable(for: "x_bytes") == .bytes)
        #expect(HistogramBuckets.suitable(for: "viewers") == .counts)
        for buckets in [HistogramBuckets.seconds, .bytes, .counts] {
            #expect(zip(buckets.bounds, buckets.bounds.dropFirst()).allSatisfy { $0 < $1 })
        }
        let registry = PrometheusRegistry()
        let recorder = Recorder(label: "segment_bytes", dimensions: [("le", "x")], factory: registry)
        recorder.record(64)
        recorder.record(65)
        recorder.record(Double.nan)
        let text = rendered(registry)
        #expect(text.contains("segment_bytes_bucket{_le=\"x\",le=\"64\"} 1\n"))
        #expect(text.contains("segment_bytes_bucket{_le=\"x\",le=\"256\"} 2\n"))
        #expect(text.contains("segment_bytes_sum{_le=\"x\"} 129\n"))
    }

    @Test("names become legal", arguments: [("a.b-c", "a_b_c"), ("9a", "_9a"), ("", "_"), ("a:b", "a_b"), ("é", "_")])
    func names(label: String, name: String) {
        #expect(MetricName.legal(label) == name)
    }

    @Test(
        "labels become legal, and values escaped",
        arguments: [
            ([("a", "1"), ("a", "2")], "{a=\"1\"}"), ([("b", "1"), ("a", "2")], "{a=\"2\",b=\"1\"}"),
            ([("__name__", "x")], "{_name__=\"x\"}"), ([("a", "\"\\\n")], "{a=\"\\\"\\\\\\n\"}"),
            ([("a", "")], "{a=\"\"}"),
            ([("a.b", "é")], "{a_b=\"é\"}"), ([], ""),
        ] as [([(String, String)], String)])
    func labels(dimensions: [(String, String)], text: String) {
        #expect(MetricLabels(dimensions).text() == text)
    }

    @Test("a value that goes on and on is cut")
    func longValue() {
        #expect(MetricLabels([("a", String(repeating: "x", count: 10_000))]).text().count == 256 + 6)
    }

    @Test("descriptions come from the configuration")
    func help() {
        var configuration = PrometheusRegistry.Configuration()
        configuration.help = ["frames_total": "Frames\\ of\nmedia."]
        let registry = PrometheusRegistry(configuration: configuration)
        Counter(label: "frames", factory: registry).increment()
        #expect(rendered(registry).hasPrefix("# HELP frames_total Frames\\\\ of\\nmedia.\n"))
    }

    @Test("series beyond the limit go nowhere and are counted")
    func limit() {
        var configuration = PrometheusRegistry.Configuration()
        configuration.seriesLimit = 2
        let registry = PrometheusRegistry(configuration: configuration)
        let counters = (0..<4).map { Counter(label: "c", dimensions: [("n", "\($0)")], factory: registry) }
        for counter in counters { counter.increment() }
        #expect(rendered(registry).split(separator: "\n").count == 2 + 2)
        #expect(registry.render().contains("\nswiftwater_metrics_series_refused_total 2\n"))
        counters[3].destroy()
        counters[0].destroy()
        Counter(label: "c", dimensions: [("n", "9")], factory: registry).increment()
        #expect(rendered(registry).contains("c_total{n=\"9\"} 1"))
        #expect(!rendered(registry).contains("c_total{n=\"0\"}"))
    }

    @Test("a name keeps its type, and the registry its own name")
    func conflicts() {
        let registry = PrometheusRegistry()
        Meter(label: "x_total", factory: registry).set(1)
        Counter(label: "x", factory: registry).increment()
        Counter(label: "swiftwater_metrics_series_refused_total", factory: registry).increment(by: 100)
        Recorder(label: "t_seconds", factory: registry).record(1)
        Timer(label: "t", factory: registry).recordSeconds(1)
        #expect(registry.render().contains("# TYPE x_total gauge\nx_total 1\n"))
        #expect(registry.render().contains("\nswiftwater_metrics_series_refused_total 3\n"))
        #expect(registry.render().contains("\nt_seconds_count 1\n"))
    }

    @Test("what is destroyed is gone, with its family")
    func destroyed() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "a", factory: registry)
        let fractions = FloatingPointCounter(label: "b", factory: registry)
        let meter = Meter(label: "c", factory: registry)
        let recorder = Recorder(label: "d", factory: registry)
        let timer = Timer(label: "e", factory: registry)
        #expect(rendered(registry).split(separator: "\n").count { $0.hasPrefix("# TYPE") } == 5)
        counter.destroy()
        fractions.destroy()
        meter.destroy()
        recorder.destroy()
        timer.destroy()
        #expect(rendered(registry).isEmpty)
        counter.increment()
        Counter(label: "a", factory: registry).increment()
        #expect(rendered(registry).hasSuffix("a_total 1"))
    }

    @Test("nothing that many threads count is lost")
    func concurrent() async {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "c", factory: registry)
        let meter = Meter(label: "m", factory: registry)
        let recorder = Recorder(label: "r", factory: registry)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for index in 0..<1000 {
                        counter.increment()
                        meter.increment()
                        recorder.record(1)
                        Counter(label: "made", dimensions: [("n", "\(index)")], factory: registry).increment()
                        if index % 250 == task { _ = registry.render() }
                    }
                }
            }
        }
        let text = rendered(registry)
        #expect(text.contains("\nc_total 8000\n"))
        #expect(text.contains("\nm 8000\n"))
        #expect(text.contains("\nr_sum 8000\nr_count 8000"))
        #expect(text.split(separator: "\n").count { $0.hasPrefix("made_total{") && $0.hasSuffix(" 8") } == 1000)
    }
}
