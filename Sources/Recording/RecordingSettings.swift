public import RecordingPlan

/// How a stream is recorded.
public struct RecordingSettings: Hashable, Sendable {
    /// In which format; `nil`: not at all.
    public var format: RecordingFormat?
    /// The folder of all recordings, an absolute path.
    public var folder: String
    /// How long a file may be, until the next sync frame; zero for as long as the stream.
    public var longest: Duration
    /// Bytes that may wait for the disk, for each file; a block that is longer goes in alone.
    public var queueBytes: Int

    /// Makes settings.
    public init(format: RecordingFormat?, folder: String, longest: Duration = .zero, queueBytes: Int = 32 << 20) {
        self.format = format
        self.folder = folder
        self.longest = longest
        self.queueBytes = queueBytes
    }

    var longestMilliseconds: Int64 {
        let (seconds, attoseconds) = longest.components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
