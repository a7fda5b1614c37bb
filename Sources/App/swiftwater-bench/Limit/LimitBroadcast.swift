import NIOCore
import RTMPSession

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The bytes of the stream since the newest key frames, in one piece of memory, and a cursor into it for each player.
///
/// It does what has to be done and nothing else: a frame is written once, and a player costs one `send` for each tick.
struct LimitBroadcast {
    private struct Player {
        let socket: CInt
        /// How far it has been sent, counted from the beginning of the stream.
        var position: Int
    }

    /// Kept of the past, for players whose socket is full: 4 MiB.
    private static let keptBytes = 4 << 20
    static let chunkSize = 60_000

    private var players: ContiguousArray<Player> = []
    private var stream = ByteBuffer()
    /// Bytes that were let go before those in `stream`.
    private var forgotten = 0
    private var newestKey: Int?
    private var encoder: PacedEncoder

    init(rhythm: EncoderRhythm, start: NIODeadline) {
        encoder = PacedEncoder(rhythm: rhythm, publisher: 0, start: start.uptimeNanoseconds)
    }

    /// When the next frame is to be written.
    var nextDue: UInt64 { encoder.nextDue }

    private var end: Int { forgotten + stream.readableBytes }

    /// Adds a player, who starts at the newest key frame.
    mutating func add(_ socket: CInt) {
        players.append(Player(socket: socket, position: newestKey ?? end))
    }

    mutating func remove(_ socket: CInt) {
        players.removeAll { $0.socket == socket }
    }

    /// Writes the frames that are due.
    mutating func writeFrames(until now: UInt64) {
        while let frame = encoder.next(at: now) {
            if frame.isKey {
                forget()
                newestKey = end
            }
            IndependentChunks.write(
                type: frame.isVideo ? .video : .audio, timestamp: frame.timestampMilliseconds, messageStreamID: 1,
                chunkStreamID: frame.isVideo ? 6 : 4, payload: frame.body(sentAt: frame.due),
                chunkSize: Self.chunkSize, into: &stream)
        }
    }

    /// Sends every player what it has not had: one call for each.
    mutating func send() {
        let end = end
        stream.withUnsafeReadableBytes { bytes in
            for index in players.indices {
                let offset = players[index].position - forgotten
                guard offset >= 0, players[index].position < end, let start = bytes.baseAddress else { continue }
                let sent = Self.send(players[index].socket, start + offset, bytes.count - offset)
                if sent > 0 { players[index].position += sent }
            }
        }
    }

    private mutating func forget() {
        let surplus = stream.readableBytes - Self.keptBytes
        guard surplus > 0 else { return }
        stream.moveReaderIndex(forwardBy: surplus)
        forgotten += surplus
        stream.discardReadBytes()
    }

    private static func send(_ socket: CInt, _ start: UnsafeRawPointer, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.send(socket, start, count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
        #elseif canImport(Musl)
            Musl.send(socket, start, count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
        #else
            Darwin.send(socket, start, count, MSG_DONTWAIT)
        #endif
    }
}
