public import NIOCore

/// Chunks that do not build on anything sent before.
///
/// A message written here starts with a full header, so its bytes mean the same to every reader that stands between two
/// messages of that chunk stream: they are made once and shared by all viewers with the same chunk size. Do not write
/// to the same chunk stream with a `ChunkStreamWriter`, whose short headers build on what *it* wrote.
public enum IndependentChunks {
    /// Writes a message whose body is `prefix` and `payload`, one after the other.
    ///
    /// - Parameters:
    ///   - timestamp: Milliseconds, modulo 2^32.
    ///   - chunkStreamID: 2 … 65,599.
    ///   - chunkSize: The size that was announced to the readers, 1 … 0x7FFFFFFF.
    /// - Returns: `false`, with nothing written, when the body is longer than the 16,777,215 bytes that a message can
    ///   have or `chunkStreamID` has no encoding.
    @discardableResult
    public static func write(
        type: RTMPMessageType, timestamp: UInt32, messageStreamID: UInt32, chunkStreamID: UInt32,
        prefix: ByteBuffer = ByteBuffer(), payload: ByteBuffer, chunkSize: Int, into bytes: inout ByteBuffer
    ) -> Bool {
        let length = prefix.readableBytes + payload.readableBytes
        guard length <= ChunkSize.longestMessage, ChunkBasicHeader.chunkStreamIDs.contains(chunkStreamID) else {
            return false
        }
        let basic = ChunkBasicHeader(type: .full, chunkStreamID: chunkStreamID)
        let header = ChunkMessageHeader(
            time: timestamp, length: length, messageType: type, messageStreamID: messageStreamID)
        let body = ChunkedBody(
            chunkStreamID: chunkStreamID, header: header, chunkSize: ChunkSize.effective(chunkSize))
        let headerSize = basic.size + ChunkType.full.messageHeaderSize + (header.isExtended ? 4 : 0)
        bytes.reserveCapacity(minimumWritableBytes: headerSize + body.size(of: length))
        basic.write(into: &bytes)
        header.write(into: &bytes, type: .full)
        body.write(prefix, payload, into: &bytes)
        return true
    }
}
