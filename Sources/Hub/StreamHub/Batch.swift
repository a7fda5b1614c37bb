import MediaModel
import NIOCore

/// Wire bytes of one or more elements of a stream in one format: immutable, and shared by every viewer and event loop.
struct Batch: Sendable {
    let bytes: ByteBuffer
    /// How many frames the bytes hold.
    let frameCount: Int
    /// What a viewer needs who starts with this batch; `nil` where nobody can start.
    let joinPoint: JoinPoint?
    /// The position of the batch's first element on the stream's timeline.
    let timestampMilliseconds: Int64

    /// All bytes that are kept with it.
    var byteCount: Int {
        let start = joinPoint.map { $0.opening.readableBytes + $0.prelude.readableBytes } ?? 0
        return bytes.readableBytes + start
    }
}

/// New batches of one format.
struct FormatBatches: Sendable {
    let format: String
    let batches: [Batch]

    var byteCount: Int { batches.reduce(0) { $0 + $1.byteCount } }
}

/// A place where a viewer can start: the batch begins with a sync frame.
final class JoinPoint: Sendable {
    /// What comes once, before everything else.
    let opening: ByteBuffer
    /// Metadata and decoder configurations as they are in force here.
    let prelude: ByteBuffer
    /// Grows whenever metadata or configurations change, so that a viewer who skipped here knows what it missed.
    let configurationVersion: Int
    /// The tracks in force here, whether or not the format can carry them.
    let tracks: [Track]

    init(opening: ByteBuffer, prelude: ByteBuffer, configurationVersion: Int, tracks: [Track]) {
        self.opening = opening
        self.prelude = prelude
        self.configurationVersion = configurationVersion
        self.tracks = tracks
    }
}
