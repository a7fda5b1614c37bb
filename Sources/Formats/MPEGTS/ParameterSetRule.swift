/// Before which sync frames the parameter sets of the track are written.
///
/// A receiver starts with any sync frame that has them. They are left out only where they would be written more often
/// than the frames are worth: before sync frames of a few bytes each, long parameter sets would fill the stream.
struct ParameterSetRule: Sendable {
    /// What they may amount to beside the frames: four times as much.
    static let greatestShare = 4

    private let length: Int
    private var bytes = 0
    private var isDue = true

    /// Makes a rule for parameter sets of so many bytes.
    init(length: Int) {
        self.length = length
    }

    /// Here receivers must be able to start.
    mutating func beginSegment() {
        isDue = true
    }

    /// Whether they are written before a frame of so many bytes.
    mutating func applies(toFrameOf count: Int, isSync: Bool) -> Bool {
        defer { bytes += count }
        guard isSync, isDue || bytes * Self.greatestShare >= length else { return false }
        isDue = false
        bytes = 0
        return true
    }
}
