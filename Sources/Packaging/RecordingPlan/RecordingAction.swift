public import MediaModel
public import NIOCore

/// What a plan wants to be done, in this order.
public enum RecordingAction: Sendable {
    /// A file begins, to which everything until its end belongs.
    case begin(RecordingBeginning)
    /// Bytes for the file.
    case write(RecordingBlock)
    /// The file has all that belongs to it.
    case end(RecordingEnding, durationMilliseconds: Int64)
}

/// A file that begins.
public struct RecordingBeginning: Hashable, Sendable {
    /// What is recorded.
    public var path: StreamPath
    /// What it is written in.
    public var format: RecordingFormat
    /// When its first frame came, in milliseconds since 1970.
    public var startedAt: Int64
    /// The tracks of the stream that the format cannot carry.
    public var omitted: [OmittedTrack<RecordingOmission>]

    /// Describes a file.
    public init(
        path: StreamPath, format: RecordingFormat, startedAt: Int64, omitted: [OmittedTrack<RecordingOmission>] = []
    ) {
        self.path = path
        self.format = format
        self.startedAt = startedAt
        self.omitted = omitted
    }

    /// Where the file lies.
    public var name: RecordingName { RecordingName(path: path, startedAt: startedAt, format: format) }
}

/// Bytes that are written together: what is before them in the file can be played without them.
public struct RecordingBlock: Sendable {
    /// What is written.
    public var bytes: ByteBuffer
    /// Frames in it.
    public var frameCount: Int

    /// Makes a block.
    public init(bytes: ByteBuffer, frameCount: Int) {
        self.bytes = bytes
        self.frameCount = frameCount
    }
}

/// Why a file ends.
public enum RecordingEnding: String, Hashable, Sendable, CaseIterable {
    /// The stream is over.
    case streamEnded = "stream-ended"
    /// The stream goes on with tracks that the file has no place for.
    case tracksChanged = "tracks-changed"
    /// The file is as long as it may be.
    case longEnough = "long-enough"
    /// Nobody wants the stream recorded any more, or elsewhere, or in another format.
    case settingsChanged = "settings-changed"
}
