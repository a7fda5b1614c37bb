public import MediaModel

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A recording as the catalogue knows it; the file itself lies beside.
public struct StoredRecording: Sendable, Equatable, Identifiable {
    /// How a recording stands.
    public enum State: String, Sendable, CaseIterable {
        /// It is being written.
        case recording
        /// It is complete.
        case finished
        /// The server ended while it was written; the file has what had come until then.
        case interrupted
        /// It could not be written on; the file, where there is one, has what could be written.
        case failed
    }

    /// Its name in the API; no secret.
    public var id: String
    /// What was recorded.
    public var path: StreamPath
    /// The live stream that was set up under this path when it was recorded, if there was one.
    public var liveStream: RegisteredStream.ID?
    /// The folder of all recordings when it was made, an absolute path.
    public var folder: String
    /// The file, from the folder on.
    public var file: String
    /// What it is written in, such as `fmp4`.
    public var format: String
    /// How it stands.
    public var state: State
    /// Why it ended: a word for those that are complete, a sentence for those that failed.
    public var reason: String?
    /// When its first frame came.
    public var begunAt: Date
    /// When it ended.
    public var endedAt: Date?
    /// How much media it has, in milliseconds.
    public var durationMilliseconds: Int64
    /// Bytes of the file.
    public var bytes: Int
    /// Frames that it lacks because the disk did not keep up.
    public var lostFrames: Int

    /// Describes a recording.
    public init(
        id: String, path: StreamPath, liveStream: RegisteredStream.ID? = nil, folder: String, file: String,
        format: String, state: State = .recording, reason: String? = nil, begunAt: Date, endedAt: Date? = nil,
        durationMilliseconds: Int64 = 0, bytes: Int = 0, lostFrames: Int = 0
    ) {
        self.id = id
        self.path = path
        self.liveStream = liveStream
        self.folder = folder
        self.file = file
        self.format = format
        self.state = state
        self.reason = reason
        self.begunAt = begunAt
        self.endedAt = endedAt
        self.durationMilliseconds = durationMilliseconds
        self.bytes = bytes
        self.lostFrames = lostFrames
    }

    /// Where the file is.
    public var filePath: String { "\(folder)/\(file)" }
}
