import NIOCore

/// What a reader remembers of one chunk stream: the last message header, and the message that is on its way.
struct InboundChunkStream {
    let id: UInt32

    // The last message header, on which those of types 1, 2 and 3 build.
    private(set) var timestamp: UInt32 = 0
    private(set) var timestampDelta: UInt32 = 0
    /// The extended timestamp of the last header of type 0, 1 or 2, if it had one; chunks of type 3 repeat it.
    private(set) var extendedTimestamp: UInt32?
    private(set) var length = 0
    private(set) var messageType = RTMPMessageType(rawValue: 0)
    private(set) var messageStreamID: UInt32 = 0

    // The message that is on its way.
    private(set) var isUnfinished = false
    /// Bytes of the unfinished message that have not come yet.
    private(set) var missing = 0
    /// Chunks of the unfinished message so far.
    private(set) var chunkCount = 0
    /// What has come of the unfinished message; `nil` before that.
    private var body: ByteBuffer?

    /// How much is reserved when the first bytes of a message come that is not all there, at most.
    ///
    /// A message grows as its bytes arrive, never on the word of its header; but what the peer has sent before it is
    /// believed to send again.
    private var firstReservation = Self.leastReservation
    /// 4 KiB: most messages are shorter.
    private static let leastReservation = 4 << 10
    /// 256 KiB: pictures beyond it are rare, and their buffers may grow.
    private static let mostReservation = 256 << 10

    init(id: UInt32) {
        self.id = id
    }

    /// Starts a message with a header of its own (RTMP 1.0 §5.3.1.2.1 – §5.3.1.2.3).
    mutating func begin(_ type: ChunkType, _ header: ChunkMessageHeader) {
        if type == .full {
            timestamp = header.time
            messageStreamID = header.messageStreamID
        } else {
            timestamp &+= header.time
        }
        if type != .sameLength {
            length = header.length
            messageType = header.messageType
        }
        // Of type 0 too: a chunk of type 3 after it takes the absolute timestamp as its delta (§5.3.1.2.4).
        timestampDelta = header.time
        extendedTimestamp = header.isExtended ? header.time : nil
        beginBody()
    }

    /// Starts a message that is like the last one, one delta later (RTMP 1.0 §5.3.1.2.4).
    mutating func beginAgain() {
        timestamp &+= timestampDelta
        beginBody()
    }

    private mutating func beginBody() {
        isUnfinished = true
        missing = length
        chunkCount = 0
        body = nil
    }

    mutating func countChunk() {
        chunkCount += 1
    }

    /// Takes up to `wanted` bytes for the message from `bytes`, and returns how many it took.
    ///
    /// The message is complete when `missing` is 0.
    mutating func take(_ wanted: Int, from bytes: inout ByteBuffer) -> Int {
        let count = min(wanted, bytes.readableBytes)
        guard count > 0, let part = bytes.readSlice(length: count) else { return 0 }
        if count == length {
            body = part
        } else {
            // Taken out, so that it is nobody else's while it grows.
            var body = body ?? ByteBufferAllocator().buffer(capacity: min(length, firstReservation))
            self.body = nil
            body.writeImmutableBuffer(part)
            self.body = body
        }
        missing -= count
        return count
    }

    /// Hands over the complete message.
    mutating func finish() -> RTMPMessage {
        let message = RTMPMessage(
            type: messageType, timestamp: timestamp, messageStreamID: messageStreamID, payload: body ?? ByteBuffer())
        firstReservation = min(max(firstReservation, length), Self.mostReservation)
        discard()
        return message
    }

    /// Forgets the unfinished message.
    ///
    /// Its header still counts for those to come (RTMP Errata and Addenda §6).
    mutating func discard() {
        isUnfinished = false
        missing = 0
        body = nil
    }
}
