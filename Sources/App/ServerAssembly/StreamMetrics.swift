import Metrics
import StreamHub

/// Counts what the hub does, for whoever scrapes.
struct StreamMetrics: StreamMeter {
    private let framesReceived = Counter(label: "swiftwater_received_frames_total")
    private let payloadReceived = Counter(label: "swiftwater_received_payload_bytes_total")
    private let framesDelivered = Counter(label: "swiftwater_delivered_frames_total")
    private let bytesDelivered = Counter(label: "swiftwater_delivered_bytes_total")
    private let framesLost = Counter(label: "swiftwater_lost_frames_total")
    private let repairs = Counter(label: "swiftwater_timestamp_repairs_total")
    private let liveStreams = Meter(label: "swiftwater_live_streams")

    func received(frames: Int, bytes: Int) {
        framesReceived.increment(by: frames)
        payloadReceived.increment(by: bytes)
    }

    func delivered(frames: Int, bytes: Int) {
        framesDelivered.increment(by: frames)
        bytesDelivered.increment(by: bytes)
    }

    func lost(frames: Int) {
        framesLost.increment(by: frames)
    }

    func repairedTimestamps(_ count: Int) {
        repairs.increment(by: count)
    }

    func liveStreamsChanged(by change: Int) {
        liveStreams.increment(by: Double(change))
    }
}
