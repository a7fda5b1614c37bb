/// What the hub tells whoever counts.
///
/// Called from many event loops; implementations are cheap and never block.
public protocol StreamMeter: Sendable {
    /// Frames came from a publisher.
    func received(frames: Int, bytes: Int)
    /// Frames were handed to viewers, counted once for each viewer.
    func delivered(frames: Int, bytes: Int)
    /// Frames were left out for viewers too slow to take them.
    func lost(frames: Int)
    /// Timestamps of a publisher were corrected.
    func repairedTimestamps(_ count: Int)
    /// A stream became live (+1) or ceased to be (−1).
    func liveStreamsChanged(by change: Int)
}

/// Counts nothing.
public struct NoStreamMeter: StreamMeter {
    /// Makes a meter.
    public init() {}
    /// Does nothing.
    public func received(frames: Int, bytes: Int) {}
    /// Does nothing.
    public func delivered(frames: Int, bytes: Int) {}
    /// Does nothing.
    public func lost(frames: Int) {}
    /// Does nothing.
    public func repairedTimestamps(_ count: Int) {}
    /// Does nothing.
    public func liveStreamsChanged(by change: Int) {}
}
