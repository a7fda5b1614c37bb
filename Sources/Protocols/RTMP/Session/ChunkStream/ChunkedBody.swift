import NIOCore

/// Writes the body of a message behind its first header, with a chunk of type 3 wherever one chunk is full.
struct ChunkedBody {
    /// The header of the chunks that go on, with the extended timestamp that they repeat.
    let continuation: ChunkBasicHeader
    let extendedTimestamp: UInt32?
    let chunkSize: Int

    /// `header` is that of the chunk in front; `chunkSize` is an effective one, 1 or more.
    init(chunkStreamID: UInt32, header: ChunkMessageHeader, chunkSize: Int) {
        continuation = ChunkBasicHeader(type: .headerless, chunkStreamID: chunkStreamID)
        extendedTimestamp = header.isExtended ? header.time : nil
        self.chunkSize = chunkSize
    }

    /// How many bytes a body of `count` bytes takes.
    func size(of count: Int) -> Int {
        let continuations = max(0, count - 1) / chunkSize
        return count + continuations * (continuation.size + (extendedTimestamp == nil ? 0 : 4))
    }

    /// Writes `prefix` and `payload` as one body.
    func write(_ prefix: ByteBuffer, _ payload: ByteBuffer, into bytes: inout ByteBuffer) {
        var room = chunkSize
        write(prefix, room: &room, into: &bytes)
        write(payload, room: &room, into: &bytes)
    }

    private func write(_ part: ByteBuffer, room: inout Int, into bytes: inout ByteBuffer) {
        var part = part
        while part.readableBytes > 0 {
            if room == 0 {
                continuation.write(into: &bytes)
                if let extendedTimestamp { bytes.writeInteger(extendedTimestamp) }
                room = chunkSize
            }
            guard part.readableBytes > room, let piece = part.readSlice(length: room) else {
                room -= part.readableBytes
                bytes.writeBuffer(&part)
                return
            }
            bytes.writeImmutableBuffer(piece)
            room = 0
        }
    }
}
