public import NIOCore

/// The raw AAC frames behind the ADTS headers in a run of bytes; slices, header and checksum taken off.
///
/// Stops at the first bytes that are no header, and at a frame that is not whole; what is left stays in ``rest``.
public struct ADTSFrames: Sequence, IteratorProtocol, Sendable {
    /// The bytes that are not taken yet.
    public private(set) var rest: ByteBuffer

    /// Makes a sequence over the readable bytes of `bytes`.
    public init(_ bytes: ByteBuffer) {
        rest = bytes
    }

    /// The next frame.
    public mutating func next() -> ByteBuffer? {
        guard let header = ADTSHeader(parsing: rest), var frame = rest.readSlice(length: header.frameLength) else {
            return nil
        }
        frame.moveReaderIndex(forwardBy: header.headerLength)
        return frame
    }
}
