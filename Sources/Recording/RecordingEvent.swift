public import MediaModel
public import RecordingPlan

/// A recording, for those who are told of it.
public struct RecordingFacts: Hashable, Sendable {
    /// Tells it from every other.
    public var id: String
    /// What is recorded.
    public var path: StreamPath
    /// What it is written in.
    public var format: RecordingFormat
    /// The folder of all recordings.
    public var folder: String
    /// The file, from the folder on.
    public var file: String
    /// When its first frame came, in milliseconds since 1970.
    public var startedAt: Int64

    /// Describes a recording.
    public init(
        id: String, path: StreamPath, format: RecordingFormat, folder: String, file: String, startedAt: Int64
    ) {
        self.id = id
        self.path = path
        self.format = format
        self.folder = folder
        self.file = file
        self.startedAt = startedAt
    }
}

/// What happens to recordings, in the order in which it happens to each.
public enum RecordingEvent: Sendable {
    /// A file was begun.
    case begun(RecordingFacts)
    /// A file has its end.
    case ended(RecordingFacts, RecordingOutcome)
}

/// What became of a recording.
public struct RecordingOutcome: Hashable, Sendable {
    /// Why a recording ended.
    public enum Cause: Hashable, Sendable {
        /// It was complete.
        case finished(RecordingEnding)
        /// It could not be written: why, in words for who runs the server. What was written until then can be played.
        case failed(String)
    }

    /// Why it ended.
    public var cause: Cause
    /// The same in text: a word, or a sentence where it failed.
    public var reason: String {
        switch cause {
        case .finished(let ending): ending.rawValue
        case .failed(let reason): reason
        }
    }
    /// When, in milliseconds since 1970.
    public var endedAt: Int64
    /// How much media it has, in milliseconds.
    public var durationMilliseconds: Int64
    /// Bytes of the file.
    public var bytes: Int
    /// Frames that it lacks because the disk did not keep up.
    public var lostFrames: Int

    /// Describes an outcome.
    public init(cause: Cause, endedAt: Int64, durationMilliseconds: Int64, bytes: Int, lostFrames: Int = 0) {
        self.cause = cause
        self.endedAt = endedAt
        self.durationMilliseconds = durationMilliseconds
        self.bytes = bytes
        self.lostFrames = lostFrames
    }
}
