public import NIOCore

/// Puts the messages of one direction of a connection together from its chunks (RTMP 1.0 §5.3).
///
/// Bytes go in as the socket delivers them, in whatever pieces; messages come out one at a time until `nil` asks for
/// more bytes. Set Chunk Size and Abort take effect at once, and are handed out all the same.
///
/// A message that lies in one chunk within one appended buffer is a slice of that buffer; every other message is copied
/// once, as its bytes arrive. After a fault the reader has lost its place for good and throws the same fault again.
public struct ChunkStreamReader: Sendable {
    /// Bytes of payload in a chunk of the peer, from the next chunk on: 128 until it announces another size.
    public private(set) var chunkSize = ChunkSize.initial
    /// All bytes appended so far: the sequence number of an Acknowledgement is its lower 32 bits.
    public private(set) var bytesReceived: UInt64 = 0

    private let limits: RTMPLimits
    private let restartsMessages: Bool
    private var chunkStreams: [InboundChunkStream] = []
    private var dialect = ExtendedTimestampDialect()
    /// The sum of the lengths of all unfinished messages, as their headers declare them.
    private var unfinishedBytes = 0
    /// The chunk whose header has been read and whose payload has not all come.
    private var openChunk: OpenChunk?
    private var unread = ByteBuffer()
    /// The beginning of a header that the last buffer ended in, kept apart so that the next buffer need not be copied.
    private var carried = ByteBuffer()
    private var fault: RTMPFault?

    private struct OpenChunk {
        /// Where the chunk stream is in `chunkStreams`.
        var index: Int
        /// Bytes of payload that have not come yet.
        var missing: Int
    }

    /// The longest chunk header: basic header 3, message header 11, extended timestamp 4 bytes.
    private static let longestHeader = 18

    /// Makes a reader at the first chunk after the handshake.
    ///
    /// With `restartsMessages` a chunk of type 0 within an unfinished message drops what there is and starts anew;
    /// otherwise it is a fault, because a reader and a writer that disagree on this have lost each other.
    public init(limits: RTMPLimits = .init(), restartsMessages: Bool = false) {
        self.limits = limits
        self.restartsMessages = restartsMessages
    }

    /// Adds bytes that came from the peer.
    public mutating func append(_ bytes: ByteBuffer) {
        bytesReceived &+= UInt64(bytes.readableBytes)
        if unread.readableBytes == 0 {
            unread = bytes
        } else {
            unread.writeImmutableBuffer(bytes)
        }
    }

    /// The next complete message, or `nil` when more bytes are needed for one.
    public mutating func nextMessage() throws(RTMPFault) -> RTMPMessage? {
        if let fault { throw fault }
        do throws(RTMPFault) {
            let message = try readMessage()
            // Lets go of the socket's buffer while there is nothing to read.
            if unread.readableBytes == 0 { unread = ByteBuffer() }
            return message
        } catch {
            fault = error
            throw error
        }
    }

    private mutating func readMessage() throws(RTMPFault) -> RTMPMessage? {
        while true {
            if openChunk == nil {
                guard try readHeader() else { return nil }
            }
            guard var chunk = openChunk else { return nil }
            chunk.missing -= chunkStreams[chunk.index].take(chunk.missing, from: &unread)
            guard chunk.missing == 0 else {
                openChunk = chunk
                return nil
            }
            openChunk = nil
            guard chunkStreams[chunk.index].missing == 0 else { continue }
            unfinishedBytes -= chunkStreams[chunk.index].length
            let message = chunkStreams[chunk.index].finish()
            try obey(message)
            return message
        }
    }

    /// Carries out what a message says to the chunk stream itself (RTMP 1.0 §5.4.1, §5.4.2).
    private mutating func obey(_ message: RTMPMessage) throws(RTMPFault) {
        guard message.type == .setChunkSize || message.type == .abort else { return }
        switch try ControlMessage(parsing: message) {
        case .setChunkSize(let size):
            chunkSize = ChunkSize.effective(size)
        case .abort(let id):
            guard let index = index(of: id) else { return }
            discardMessage(at: index)
        default: break
        }
    }

    private mutating func discardMessage(at index: Int) {
        guard chunkStreams[index].isUnfinished else { return }
        unfinishedBytes -= chunkStreams[index].length
        chunkStreams[index].discard()
    }
}

// MARK: Headers

extension ChunkStreamReader {
    /// Reads the header of the next chunk, or keeps what there is of it and returns `false`.
    private mutating func readHeader() throws(RTMPFault) -> Bool {
        guard carried.readableBytes > 0 else {
            if let size = try openChunk(at: unread) {
                unread.moveReaderIndex(forwardBy: size)
                return true
            }
            carried.clear()
            carried.writeBuffer(&unread)
            return false
        }
        let before = carried.readableBytes
        let borrowed = min(Self.longestHeader - before, unread.readableBytes)
        guard borrowed > 0, let head = unread.getSlice(at: unread.readerIndex, length: borrowed) else { return false }
        carried.writeImmutableBuffer(head)
        guard let size = try openChunk(at: carried) else {
            unread.moveReaderIndex(forwardBy: borrowed)
            return false
        }
        if size >= before {
            unread.moveReaderIndex(forwardBy: size - before)
            carried.clear()
        } else {
            // Bytes that could have been a repeated timestamp turned out to be payload.
            unread.moveReaderIndex(forwardBy: borrowed)
            carried.moveReaderIndex(forwardBy: size)
            carried.writeBuffer(&unread)
            unread = carried
            carried = ByteBuffer()
        }
        return true
    }

    /// Opens the chunk whose header begins `bytes` and returns the header's size, or `nil` when not all of it is there.
    private mutating func openChunk(at bytes: ByteBuffer) throws(RTMPFault) -> Int? {
        var rest = bytes
        guard let basic = ChunkBasicHeader(reading: &rest) else { return nil }
        let known = index(of: basic.chunkStreamID)
        if basic.type == .headerless {
            guard let known else { throw notOpened(basic) }
            let next = rest.getInteger(at: rest.readerIndex, as: UInt32.self)
            switch dialect.repetition(on: chunkStreams[known], next: next) {
            case .undecided: return nil
            case .present where next == nil: return nil
            case .present: rest.moveReaderIndex(forwardBy: MemoryLayout<UInt32>.size)
            case .absent: break
            }
            try goOn(at: known)
        } else {
            if known == nil, basic.type == .sameLength { throw notOpened(basic) }
            if let known, chunkStreams[known].isUnfinished {
                guard restartsMessages, basic.type == .full else {
                    throw .headerInsideMessage(
                        chunkStreamID: basic.chunkStreamID, chunkType: basic.type.rawValue)
                }
            }
            guard let header = ChunkMessageHeader(reading: &rest, type: basic.type) else { return nil }
            let index = if let known { known } else { try addChunkStream(basic.chunkStreamID) }
            discardMessage(at: index)
            chunkStreams[index].begin(basic.type, header)
            try admitMessage(at: index)
            try countChunk(at: index)
        }
        return bytes.readableBytes - rest.readableBytes
    }

    /// Goes on with the unfinished message, or starts another one like the last.
    private mutating func goOn(at index: Int) throws(RTMPFault) {
        if !chunkStreams[index].isUnfinished {
            chunkStreams[index].beginAgain()
            try admitMessage(at: index)
        }
        try countChunk(at: index)
    }

    private mutating func admitMessage(at index: Int) throws(RTMPFault) {
        let length = chunkStreams[index].length
        let type = chunkStreams[index].messageType
        guard length <= limits.messageBytes(of: type) else { throw .messageTooLong(type: type, bytes: length) }
        unfinishedBytes += length
        guard unfinishedBytes <= limits.unfinishedMessageBytes else {
            throw .unfinishedMessagesTooLong(bytes: unfinishedBytes)
        }
    }

    private mutating func countChunk(at index: Int) throws(RTMPFault) {
        chunkStreams[index].countChunk()
        guard chunkStreams[index].chunkCount <= limits.chunksPerMessage else {
            throw .tooManyChunksInMessage(type: chunkStreams[index].messageType)
        }
        openChunk = OpenChunk(index: index, missing: min(chunkStreams[index].missing, chunkSize))
    }

    private func index(of id: UInt32) -> Int? {
        chunkStreams.firstIndex { $0.id == id }
    }

    private mutating func addChunkStream(_ id: UInt32) throws(RTMPFault) -> Int {
        guard chunkStreams.count < limits.chunkStreams else { throw .tooManyChunkStreams(chunkStreamID: id) }
        chunkStreams.append(InboundChunkStream(id: id))
        return chunkStreams.count - 1
    }

    private func notOpened(_ basic: ChunkBasicHeader) -> RTMPFault {
        .chunkStreamNotOpened(chunkStreamID: basic.chunkStreamID, chunkType: basic.type.rawValue)
    }
}
