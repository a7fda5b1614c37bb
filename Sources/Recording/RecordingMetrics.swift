import Metrics
import RecordingPlan

/// What is counted of recordings, by format.
struct RecordingMetrics: Sendable {
    struct Series: Sendable {
        let open: Meter
        let written: Counter
        let lost: Counter
        let failed: Counter

        init(_ format: RecordingFormat) {
            let dimensions = [("format", format.rawValue)]
            open = Meter(label: "swiftwater_recordings_open", dimensions: dimensions)
            written = Counter(label: "swiftwater_recording_written_bytes_total", dimensions: dimensions)
            lost = Counter(label: "swiftwater_recording_lost_frames_total", dimensions: dimensions)
            failed = Counter(label: "swiftwater_recording_failures_total", dimensions: dimensions)
            open.set(0.0)
        }
    }

    private let fragmentedMP4 = Series(.fragmentedMP4)
    private let flv = Series(.flv)

    subscript(format: RecordingFormat) -> Series {
        switch format {
        case .fragmentedMP4: fragmentedMP4
        case .flv: flv
        }
    }
}
