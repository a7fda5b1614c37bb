import NIOCore

/// A stream's part on one event loop: a lane for each format that somebody there takes.
final class Shard {
    private var lanes: [String: Lane] = [:]

    func lane(_ format: String) -> Lane? { lanes[format] }

    func open(_ lane: Lane, format: String) {
        lanes[format] = lane
    }

    func close(format: String) {
        lanes[format] = nil
    }

    func deliver(_ all: [FormatBatches]) {
        for some in all {
            lanes[some.format]?.deliver(some.batches)
        }
    }

    /// Goes on by other settings.
    func change(_ settings: StreamSettings) {
        for lane in lanes.values { lane.change(settings) }
    }

    func becomeLive() {
        for lane in lanes.values { lane.becomeLive() }
    }

    func end(_ ending: StreamEnding) {
        for lane in lanes.values { lane.end(ending) }
    }
}
