public import NIOCore

/// The client's end of a tunnel through HTTP (RTMPT): what to ask next, and what the answers bring.
///
/// Requests go one at a time: after `nextRequest` has given one, there is no other until its answer was taken.
public struct RTMPTunnelClient: Sendable {
    /// What a server answered that ends the tunnel.
    public enum Fault: Error, Equatable, Sendable {
        /// Another status than 200.
        case status(Int)
        /// An answer to `open` that holds no name.
        case noTunnel
        /// An answer without its first byte.
        case emptyAnswer
    }

    /// The most bytes of a tunnel's name: 64, as FFmpeg takes them.
    public static let mostNameBytes = 64
    /// How long the client waits until it asks again after an answer that had nothing to say.
    ///
    /// 20 ms: a frame of picture, and the delay that fetching adds at most.
    public static let pause = TimeAmount.milliseconds(20)

    /// One request by `POST`.
    public struct Request: Equatable, Sendable {
        /// What follows host and port in the URL.
        public var path: String
        /// The body.
        public var body: ByteBuffer
    }

    private enum Phase: Sendable {
        /// Until the server has named the tunnel. Then `open`.
        case opening
        case open(name: String)
        /// The last request is out, or is to be.
        case closing(name: String)
        case closed
    }

    private var phase = Phase.opening
    private var isAwaitingAnswer = false
    private var sequenceNumber: UInt32 = 0
    private var waiting = ByteBuffer()
    private var pausesUntil: NIODeadline?

    /// Makes a tunnel that is not open yet.
    public init() {}

    /// Bytes that wait for the next request.
    public var waitingBytes: Int { waiting.readableBytes }

    /// Whether everything was said, the end included.
    public var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    /// Takes bytes for the server.
    public mutating func write(_ bytes: ByteBuffer) {
        waiting.writeImmutableBuffer(bytes)
    }

    /// Ends the tunnel after what was written so far.
    public mutating func close() {
        switch phase {
        case .opening: phase = .closed
        case .open(let name): phase = .closing(name: name)
        case .closing, .closed: break
        }
    }

    /// When to ask again for a request, where there is none before; `nil` while an answer is awaited or all is said.
    public var nextRequestAt: NIODeadline? {
        guard !isAwaitingAnswer, !isClosed else { return nil }
        return pausesUntil
    }

    /// What to ask now; `nil` until an answer came, or there is something to say, or the pause is over.
    public mutating func nextRequest(now: NIODeadline) -> Request? {
        guard !isAwaitingAnswer else { return nil }
        switch phase {
        case .opening:
            isAwaitingAnswer = true
            return Request(path: RTMPTunnelRequest.open.path, body: Self.placeholder)
        case .open(let name):
            if !isDrained { return send(to: name) }
            if let pausesUntil, now < pausesUntil { return nil }
            return request(.idle, name, Self.placeholder)
        case .closing(let name):
            if !isDrained { return send(to: name) }
            phase = .closed
            return request(.close, name, Self.placeholder)
        case .closed:
            return nil
        }
    }

    /// Takes the answer to the last request.
    ///
    /// - Returns: bytes from the server.
    public mutating func receive(status: Int, body: ByteBuffer, now: NIODeadline) throws(Fault) -> ByteBuffer {
        isAwaitingAnswer = false
        guard status == 200 else {
            phase = .closed
            throw .status(status)
        }
        if case .opening = phase {
            guard let name = Self.name(in: body) else {
                phase = .closed
                throw .noTunnel
            }
            phase = .open(name: name)
            return ByteBuffer()
        }
        var body = body
        guard body.readInteger(as: UInt8.self) != nil else {
            if isClosed { return ByteBuffer() }
            phase = .closed
            throw .emptyAnswer
        }
        pausesUntil = body.readableBytes == 0 ? now + Self.pause : nil
        return body
    }

    /// The body of requests that say nothing.
    private static let placeholder = ByteBuffer(bytes: [0])

    /// The name, without the line's end behind it, if it can stand in a path as it is.
    private static func name(in body: ByteBuffer) -> String? {
        var digits = body.readableBytesView
        while let last = digits.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { digits.removeLast() }
        let name = String(decoding: digits.prefix(mostNameBytes + 1), as: UTF8.self)
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.~".contains($0)) }
        return isPlain && (1...mostNameBytes).contains(name.utf8.count) ? name : nil
    }

    private var isDrained: Bool { waiting.readableBytes == 0 }

    private mutating func send(to name: String) -> Request {
        let bytes = waiting
        waiting = ByteBuffer()
        return request(.send, name, bytes)
    }

    private mutating func request(
        _ purpose: RTMPTunnelRequest.Purpose, _ name: String, _ body: ByteBuffer
    ) -> Request {
        isAwaitingAnswer = true
        defer { sequenceNumber &+= 1 }
        return Request(path: "/\(purpose.rawValue)/\(name)/\(sequenceNumber)", body: body)
    }
}
