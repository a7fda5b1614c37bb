public import NIOCore

/// The server's end of a tunnel through HTTP (RTMPT): makes one stream of bytes in each direction out of requests and their
/// answers.
///
/// Every request can be answered at once with all that waits; a publisher is held up by not sending the answer. A request
/// whose answer was lost may be repeated, and gets the same answer again.
public struct RTMPTunnel: Sendable {
    /// How much a tunnel holds, and how long it waits.
    public struct Configuration: Sendable, Equatable {
        /// Bytes for the client beyond which `write` asks to wait until the next request.
        ///
        /// Default 1 MiB: what fetching every 50 ms takes of 160 Mbit/s, and all that is kept for who fetches no more.
        public var roomBytes = 1 << 20
        /// Bytes for the client beyond which nothing more is taken at all.
        ///
        /// Default 4 MiB, as for a socket. A single write may be of any size.
        public var mostWaitingBytes = 4 << 20
        /// How long a client may send no request.
        ///
        /// Default 30 s: clients ask several times a second, and change connections within a few.
        public var silence: TimeAmount = .seconds(30)

        /// Makes the default configuration.
        public init() {}
    }

    /// What a request brought.
    public enum Arrival: Equatable, Sendable {
        /// Bytes of RTMP, or none; `answer` says what to answer once they are taken.
        case bytes(ByteBuffer)
        /// The end; `answer` says what to answer.
        case closing
        /// A request that was answered before, with this.
        case repetition(answer: ByteBuffer)
    }

    private struct Exchange: Sendable {
        var purpose: RTMPTunnelRequest.Purpose
        var sequenceNumber: UInt32
        var bodyLength: Int
        var answer = ByteBuffer()
    }

    private let configuration: Configuration
    private var waiting = ByteBuffer()
    private var interval = PollInterval()
    private var lastExchange: Exchange?
    private var lastRequestAt: NIODeadline
    /// Bytes that were handed over for the client so far.
    public private(set) var bytesWritten = 0

    /// Makes a tunnel at the moment when it was opened.
    public init(configuration: Configuration = .init(), now: NIODeadline) {
        self.configuration = configuration
        lastRequestAt = now
    }

    /// When the tunnel has been silent for too long, unless a request comes before.
    public var deadline: NIODeadline { lastRequestAt + configuration.silence }

    /// Begins the limit of time anew: the client had no answer yet, and so nothing to send.
    public mutating func excuseSilence(now: NIODeadline) {
        lastRequestAt = now
    }

    /// Whether nothing waits to be fetched.
    public var isDrained: Bool { waiting.readableBytes == 0 }

    /// Whether so much waits that nothing more is taken.
    public var isOverfull: Bool { waiting.readableBytes > configuration.mostWaitingBytes }

    /// Takes bytes for the client.
    ///
    /// - Returns: whether more would be taken before it has fetched these.
    public mutating func write(_ bytes: ByteBuffer) -> Bool {
        waiting.writeImmutableBuffer(bytes)
        bytesWritten += bytes.readableBytes
        return waiting.readableBytes < configuration.roomBytes
    }

    /// Takes a request; unless it is a repetition, `answer` must follow.
    public mutating func receive(
        _ call: RTMPTunnelRequest.Call, body: ByteBuffer, now: NIODeadline
    ) throws(RTMPTunnelFault) -> Arrival {
        if let last = lastExchange, last.sequenceNumber == call.sequenceNumber {
            guard last.purpose == call.purpose, last.bodyLength == body.readableBytes else {
                throw .changedRepetition(sequenceNumber: call.sequenceNumber)
            }
            lastRequestAt = now
            return .repetition(answer: last.answer)
        }
        let expected = lastExchange.map { $0.sequenceNumber &+ 1 } ?? 0
        guard call.sequenceNumber == expected else {
            throw .sequenceNumberOutOfOrder(call.sequenceNumber, expected: expected)
        }
        lastRequestAt = now
        lastExchange = Exchange(
            purpose: call.purpose, sequenceNumber: call.sequenceNumber, bodyLength: body.readableBytes)
        switch call.purpose {
        case .send: return .bytes(body)
        case .idle: return .bytes(ByteBuffer())
        case .close: return .closing
        }
    }

    /// The answer to the last request: the poll interval, and all that waits.
    public mutating func answer() -> ByteBuffer {
        interval.note(isEmpty: isDrained && lastExchange?.purpose != .send)
        var answer = ByteBuffer()
        answer.reserveCapacity(1 + waiting.readableBytes)
        // The client of a tunnel that is closed has nothing more to wait for.
        answer.writeInteger(lastExchange?.purpose == .close ? 0 : interval.byte)
        answer.writeImmutableBuffer(waiting)
        waiting = ByteBuffer()
        lastExchange?.answer = answer
        return answer
    }
}
