import MediaModel
import Metrics
import NIOCore
import StreamHealth
import StreamHub

/// The series of one stream: counters that rise with what was measured, gauges that are set to it.
///
/// Units are Prometheus' base units: bytes and seconds.
final class StreamSeries {
    private let name: String
    private let receivedFrames: Counter
    private let receivedBytes: Counter
    private let deliveredFrames: Counter
    private let deliveredBytes: Counter
    private let lostFrames: Counter
    private let jumps: Counter
    private var age: Meter?
    private var speed: Meter?
    private var skew: Meter?
    private var viewers: [String: Meter] = [:]
    private var findings: [FindingKey: Meter] = [:]
    private var tracks: [TrackKey: TrackSeries] = [:]
    private var delivery = StreamStatus.Delivery()
    private var jumpCount = 0

    private struct TrackKey: Hashable {
        let id: Track.ID
        let codec: Codec
    }

    private struct FindingKey: Hashable {
        let rule: HealthRule
        let track: Track.ID?
    }

    init(_ name: String) {
        self.name = name
        let stream = [("stream", name)]
        receivedFrames = Counter(label: "swiftwater_stream_received_frames_total", dimensions: stream)
        receivedBytes = Counter(label: "swiftwater_stream_received_payload_bytes_total", dimensions: stream)
        deliveredFrames = Counter(label: "swiftwater_stream_delivered_frames_total", dimensions: stream)
        deliveredBytes = Counter(label: "swiftwater_stream_delivered_bytes_total", dimensions: stream)
        lostFrames = Counter(label: "swiftwater_stream_lost_frames_total", dimensions: stream)
        jumps = Counter(label: "swiftwater_stream_timestamp_jumps_total", dimensions: stream)
    }

    func update(_ look: StreamSeriesKeeper.Look) {
        let figures = look.status.figures
        set(&age, "swiftwater_stream_age_seconds", Double(look.status.age.nanoseconds) / 1_000_000_000)
        set(&speed, "swiftwater_stream_speed_ratio", figures.speed)
        set(&skew, "swiftwater_stream_skew_seconds", figures.skew.map { Double($0) / 1_000 })
        jumps.increment(by: max(0, figures.timestampJumps - jumpCount))
        jumpCount = figures.timestampJumps
        count(look.status.delivery, since: delivery)
        delivery = look.status.delivery
        setViewers(look.players)
        setFindings(look.findings)
        setTracks(Array(figures.tracks.prefix(StreamSeriesKeeper.mostTracks)))
    }

    func count(frames: Int, bytes: Int) {
        receivedFrames.increment(by: max(0, frames))
        receivedBytes.increment(by: max(0, bytes))
    }

    func count(_ delivery: StreamStatus.Delivery, since earlier: StreamStatus.Delivery) {
        deliveredFrames.increment(by: max(0, delivery.frames - earlier.frames))
        deliveredBytes.increment(by: max(0, delivery.bytes - earlier.bytes))
        lostFrames.increment(by: max(0, delivery.lostFrames - earlier.lostFrames))
    }

    /// Those of a transport whose last viewer left are 0, not gone: a graph should show it.
    func setViewers(_ players: [String: Int]) {
        for transport in players.keys where viewers[transport] == nil {
            viewers[transport] = Meter(
                label: "swiftwater_stream_viewers", dimensions: [("stream", name), ("transport", transport)])
        }
        for (transport, meter) in viewers { meter.set(players[transport] ?? 0) }
    }

    private func setFindings(_ present: [HealthFinding]) {
        let keys = Set(present.map { FindingKey(rule: $0.rule, track: $0.track) })
        for (key, meter) in findings where !keys.contains(key) {
            meter.destroy()
            findings[key] = nil
        }
        for key in keys where findings[key] == nil {
            let meter = Meter(
                label: "swiftwater_stream_finding",
                dimensions: [
                    ("stream", name), ("rule", key.rule.rawValue), ("severity", key.rule.severity.rawValue),
                    ("track", key.track.map(TrackSummary.name) ?? ""),
                ])
            meter.set(1)
            findings[key] = meter
        }
    }

    private func setTracks(_ present: [TrackFigures]) {
        for figures in present {
            let key = TrackKey(id: figures.track.id, codec: figures.track.codec)
            let series = tracks[key] ?? TrackSeries(stream: name, track: figures)
            tracks[key] = series
            let new = series.update(figures)
            count(frames: new.frames, bytes: new.bytes)
        }
        guard tracks.count > present.count else { return }
        let keys = Set(present.map { TrackKey(id: $0.track.id, codec: $0.track.codec) })
        for (key, series) in tracks where !keys.contains(key) {
            series.remove()
            tracks[key] = nil
        }
    }

    private func set(_ meter: inout Meter?, _ label: String, _ value: Double?) {
        guard let value else { return }
        if meter == nil { meter = Meter(label: label, dimensions: [("stream", name)]) }
        meter?.set(value)
    }

    /// The stream is over.
    func remove() {
        for counter in [receivedFrames, receivedBytes, deliveredFrames, deliveredBytes, lostFrames, jumps] {
            counter.destroy()
        }
        for meter in [age, speed, skew] { meter?.destroy() }
        for meter in viewers.values { meter.destroy() }
        for meter in findings.values { meter.destroy() }
        for series in tracks.values { series.remove() }
    }
}

/// The series of one track under one coding.
final class TrackSeries {
    private let dimensions: [(String, String)]
    private let receivedFrames: Counter
    private let receivedBytes: Counter
    private let repairs: Counter
    private var gauges: [String: Meter] = [:]
    private var frames = 0
    private var bytes = 0
    private var repairCount = 0

    init(stream: String, track: TrackFigures) {
        dimensions = [
            ("stream", stream), ("track", TrackSummary.name(track.track.id)), ("codec", track.track.codec.rawValue),
        ]
        receivedFrames = Counter(label: "swiftwater_track_received_frames_total", dimensions: dimensions)
        receivedBytes = Counter(label: "swiftwater_track_received_payload_bytes_total", dimensions: dimensions)
        repairs = Counter(label: "swiftwater_track_timestamp_repairs_total", dimensions: dimensions)
    }

    /// Brings the series up to date, and returns what came since the last time.
    func update(_ figures: TrackFigures) -> (frames: Int, bytes: Int) {
        let new = (frames: max(0, figures.frames - frames), bytes: max(0, figures.bytes - bytes))
        receivedFrames.increment(by: new.frames)
        receivedBytes.increment(by: new.bytes)
        repairs.increment(by: max(0, figures.timestampRepairs - repairCount))
        (frames, bytes, repairCount) = (figures.frames, figures.bytes, figures.timestampRepairs)
        set("swiftwater_track_bytes_per_second", figures.bitsPerSecond.map { Double($0) / 8 })
        set("swiftwater_track_frames_per_second", figures.frameRate)
        set("swiftwater_track_keyframe_interval_seconds", figures.keyframes?.mean.map { Double($0) / 1_000 })
        set("swiftwater_track_silence_seconds", figures.silence.map { Double($0) / 1_000 })
        set("swiftwater_track_jitter_seconds", figures.jitter / 1_000)
        return new
    }

    private func set(_ label: String, _ value: Double?) {
        guard let value else { return }
        let meter = gauges[label] ?? Meter(label: label, dimensions: dimensions)
        gauges[label] = meter
        meter.set(value)
    }

    func remove() {
        for counter in [receivedFrames, receivedBytes, repairs] { counter.destroy() }
        for meter in gauges.values { meter.destroy() }
    }
}
