public import NIOCore

/// Cuts the messages of one direction of a connection into chunks, with headers as short as they can be (RTMP 1.0 §5.3).
///
/// Where readers are known to differ it takes the form that all of them understand: a timestamp that goes back or jumps
/// by more than 24 bits is sent in full rather than as an extended delta, and type 3 starts a message only where the
/// last header had neither an extended timestamp nor, as type 0, a timestamp that some take for a delta and some do not.
public struct ChunkStreamWriter: Sendable {
    /// Bytes of payload in a chunk, from the next message on.
    ///
    /// 1 … 0x7FFFFFFF; what lies outside counts as the nearest. Writing a Set Chunk Size message sets it.
    public var chunkSize: Int

    private var chunkStreams: [OutboundChunkStream] = []

    /// Makes a writer at the first chunk after the handshake.
    public init(chunkSize: Int = 128) {
        self.chunkSize = chunkSize
    }

    /// Writes `message` as chunks of one chunk stream.
    ///
    /// - Parameter chunkStreamID: 2 … 65,599.
    /// - Returns: `false`, with nothing written, when the payload is longer than the 16,777,215 bytes that a message can
    ///   have or `chunkStreamID` has no encoding.
    @discardableResult
    public mutating func write(_ message: RTMPMessage, chunkStreamID: UInt32, into bytes: inout ByteBuffer) -> Bool {
        let length = message.payload.readableBytes
        guard length <= ChunkSize.longestMessage, ChunkBasicHeader.chunkStreamIDs.contains(chunkStreamID) else {
            return false
        }
        let (type, header) = nextHeader(message, on: chunkStreamID)
        let body = ChunkedBody(
            chunkStreamID: chunkStreamID, header: header, chunkSize: ChunkSize.effective(chunkSize))
        ChunkBasicHeader(type: type, chunkStreamID: chunkStreamID).write(into: &bytes)
        header.write(into: &bytes, type: type)
        body.write(ByteBuffer(), message.payload, into: &bytes)
        if message.type == .setChunkSize,
            let size = message.payload.getInteger(at: message.payload.readerIndex, as: UInt32.self)
        {
            chunkSize = Int(size)
        }
        return true
    }

    private mutating func nextHeader(_ message: RTMPMessage, on id: UInt32) -> (ChunkType, ChunkMessageHeader) {
        if let index = chunkStreams.firstIndex(where: { $0.id == id }) {
            return chunkStreams[index].nextHeader(message)
        }
        let stream = OutboundChunkStream(id: id, opening: message)
        chunkStreams.append(stream)
        return (.full, stream.header)
    }
}

/// What a writer remembers of one chunk stream: the header of its last message.
private struct OutboundChunkStream {
    let id: UInt32
    /// The header of the last message as it would be in full, but with `time` as it was written.
    private(set) var header: ChunkMessageHeader
    private var timestamp: UInt32
    /// The delta that every reader would add for a message of type 3, if there is one that they agree on.
    private var agreedDelta: UInt32?

    init(id: UInt32, opening message: RTMPMessage) {
        self.id = id
        header = ChunkMessageHeader(
            time: message.timestamp, length: message.payload.readableBytes, messageType: message.type,
            messageStreamID: message.messageStreamID)
        timestamp = message.timestamp
        agreedDelta = timestamp == 0 ? 0 : nil
    }

    mutating func nextHeader(_ message: RTMPMessage) -> (ChunkType, ChunkMessageHeader) {
        let delta = message.timestamp &- timestamp
        guard message.messageStreamID == header.messageStreamID, delta < ChunkMessageHeader.extendedTimestampMark else {
            self = OutboundChunkStream(id: id, opening: message)
            return (.full, header)
        }
        let isSameLength = message.payload.readableBytes == header.length && message.type == header.messageType
        let type: ChunkType = !isSameLength ? .sameMessageStream : delta == agreedDelta ? .headerless : .sameLength
        header = ChunkMessageHeader(
            time: delta, length: message.payload.readableBytes, messageType: message.type,
            messageStreamID: message.messageStreamID)
        timestamp = message.timestamp
        agreedDelta = delta
        return (type, header)
    }
}
