import Synchronization

/// Counts what the viewers of one stream were given, and tells the hub's meter.
///
/// Lanes report once for each batch, from their own event loops.
final class StreamTally: StreamMeter {
    private let meter: any StreamMeter
    private let deliveredFrames = Atomic<Int>(0)
    private let deliveredBytes = Atomic<Int>(0)
    private let lostFrames = Atomic<Int>(0)

    init(_ meter: any StreamMeter) {
        self.meter = meter
    }

    /// What was counted so far.
    var delivery: StreamStatus.Delivery {
        StreamStatus.Delivery(
            frames: deliveredFrames.load(ordering: .relaxed), bytes: deliveredBytes.load(ordering: .relaxed),
            lostFrames: lostFrames.load(ordering: .relaxed))
    }

    func received(frames: Int, bytes: Int) {
        meter.received(frames: frames, bytes: bytes)
    }

    func delivered(frames: Int, bytes: Int) {
        deliveredFrames.add(frames, ordering: .relaxed)
        deliveredBytes.add(bytes, ordering: .relaxed)
        meter.delivered(frames: frames, bytes: bytes)
    }

    func lost(frames: Int) {
        lostFrames.add(frames, ordering: .relaxed)
        meter.lost(frames: frames)
    }

    func repairedTimestamps(_ count: Int) {
        meter.repairedTimestamps(count)
    }

    func liveStreamsChanged(by change: Int) {
        meter.liveStreamsChanged(by: change)
    }
}
