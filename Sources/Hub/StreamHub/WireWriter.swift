public import MediaModel
public import NIOCore

/// Writes one stream in one format, element by element, on the stream's home event loop.
///
/// What is written may depend on what was written before, as continuity counters do, but never on who reads it: a viewer
/// receives the opening and the prelude of the place where it starts, and from there on what all others receive.
public protocol WireWriter {
    /// Writes what a viewer gets once, before anything else, such as an FLV file header.
    mutating func writeOpening(tracks: [Track], into bytes: inout ByteBuffer)

    /// Writes the metadata and the decoder configurations in force, for a viewer who starts or starts anew at
    /// `timestampMilliseconds` of the stream's timeline.
    mutating func writePrelude(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer)

    /// Writes what those who watch must learn when tracks or metadata have changed: the prelude, if nothing else is said.
    mutating func writeChange(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer)

    /// Takes note that viewers can start with the next frame, which `arrived` then.
    ///
    /// What it writes is for those who watch already: it stands before the place where others start.
    mutating func prepareJoinPoint(tracks: [Track], arrived: NIODeadline, into bytes: inout ByteBuffer)

    /// Writes one frame.
    mutating func write(_ frame: MediaFrame, into bytes: inout ByteBuffer)

    /// Writes one data message.
    mutating func write(_ message: DataMessage, into bytes: inout ByteBuffer)
}

extension WireWriter {
    /// Writes the prelude.
    public mutating func writeChange(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {
        writePrelude(tracks: tracks, metadata: metadata, timestampMilliseconds: timestampMilliseconds, into: &bytes)
    }

    /// Nothing changes there.
    public mutating func prepareJoinPoint(tracks: [Track], arrived: NIODeadline, into bytes: inout ByteBuffer) {}
}
