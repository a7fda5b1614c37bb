import AMF
import NIOCore
import TestSupport

@testable import RTMPSession

/// A server session in the hands of a test that plays the client by hand and the owner by rule.
final class ServerProbe {
    /// What the owner does about an event.
    typealias Owner = (RTMPServerSession.Event) -> [RTMPServerSession.Command]

    private var session: RTMPServerSession
    private(set) var now = NIODeadline.uptimeNanoseconds(1_000_000_000)
    /// What the server said over chunks, since it was last asked.
    private(set) var said: [String] = []
    /// What the owner heard besides media, since it was last asked.
    private(set) var heard: [RTMPServerSession.Event] = []
    private(set) var media: [RTMPMedia] = []
    private(set) var isClosed = false
    /// How many bytes the server said before its first chunk.
    private var handshakeBytesLeft = 1 + 2 * 1536
    private var reader = ChunkStreamReader()
    private var writer = ChunkStreamWriter()
    var owner: Owner

    /// Accepts everything.
    static func welcoming(_ event: RTMPServerSession.Event) -> [RTMPServerSession.Command] {
        switch event {
        case .connectRequested(let request): [.acceptConnect(request.id)]
        case .publishRequested(let request): [.acceptPublish(request.id)]
        case .playRequested(let request): [.acceptPlay(request.id)]
        default: []
        }
    }

    init(configuration: RTMPServerSession.Configuration = .init(), owner: @escaping Owner = ServerProbe.welcoming) {
        var generator = SeededGenerator(seed: 1)
        session = RTMPServerSession(configuration: configuration, now: now, using: &generator)
        self.owner = owner
    }

    /// A probe whose client has shaken hands.
    static func open(
        configuration: RTMPServerSession.Configuration = .init(), owner: @escaping Owner = ServerProbe.welcoming
    ) throws -> ServerProbe {
        let probe = ServerProbe(configuration: configuration, owner: owner)
        try probe.receive(handshake)
        return probe
    }

    /// A probe whose client has connected to `live`.
    static func connected(
        configuration: RTMPServerSession.Configuration = .init(), owner: @escaping Owner = ServerProbe.welcoming
    ) throws -> ServerProbe {
        let probe = try open(configuration: configuration, owner: owner)
        try probe.send(Templates.connect)
        _ = probe.takeSaid()
        _ = probe.takeHeard()
        return probe
    }

    /// A probe whose client publishes `live/key` on message stream 1.
    static func publishing(configuration: RTMPServerSession.Configuration = .init()) throws -> ServerProbe {
        let probe = try connected(configuration: configuration)
        try probe.send(Templates.createStream + Templates.publish)
        _ = probe.takeSaid()
        _ = probe.takeHeard()
        return probe
    }

    /// A probe whose client plays `live/key` on message stream 1.
    static func playing() throws -> ServerProbe {
        let probe = try connected()
        try probe.send(Templates.createStream + Templates.play)
        _ = probe.takeSaid()
        _ = probe.takeHeard()
        return probe
    }

    /// C0, C1 and C2 of a simple handshake.
    static let handshake: ByteBuffer = {
        var bytes = ByteBuffer(hex: "03")
        bytes.writeRepeatingByte(0, count: 8)
        bytes.writeRepeatingByte(0x42, count: 1528)
        bytes.writeRepeatingByte(0x24, count: 1536)
        return bytes
    }()

    var nextDeadline: NIODeadline? { session.nextDeadline }

    // MARK: The client

    func send(_ hex: String) throws {
        try receive(ByteBuffer(hex: hex))
    }

    func send(_ messages: RTMPMessage...) throws {
        var bytes = ByteBuffer()
        for message in messages {
            let chunkStreamID: UInt32 =
                switch message.type {
                case .command: 3
                case .audio: 4
                case .video: 6
                case .data, .dataAMF3: 7
                default: 2
                }
            writer.write(message, chunkStreamID: chunkStreamID, into: &bytes)
        }
        try receive(bytes)
    }

    func receive(_ bytes: ByteBuffer) throws {
        do {
            try session.receive(bytes, now: now)
        } catch {
            isClosed = true
            throw error
        }
        try drain()
    }

    // MARK: The owner

    func perform(_ command: RTMPServerSession.Command) throws {
        try session.perform(command, now: now)
        try drain()
    }

    func wait(_ time: TimeAmount) throws {
        now = now + time
        if let deadline = session.nextDeadline, deadline <= now { try session.deadlineReached(now: now) }
        try drain()
    }

    /// The owner has not taken what the client sent.
    func excuseSilence() {
        session.excuseSilence(now: now)
    }

    func takeSaid() -> [String] {
        defer { said = [] }
        return said
    }

    func takeHeard() -> [RTMPServerSession.Event] {
        defer { heard = [] }
        return heard
    }

    private func drain() throws {
        while let output = session.nextOutput() {
            precondition(!isClosed, "an output after close")
            switch output {
            case .send(let bytes): try listen(bytes)
            case .event(let event):
                if case .media(let messages) = event { media += messages } else { heard.append(event) }
                for command in owner(event) { try session.perform(command, now: now) }
            case .close: isClosed = true
            }
        }
    }

    private func listen(_ bytes: ByteBuffer) throws {
        var bytes = bytes
        let skipped = min(handshakeBytesLeft, bytes.readableBytes)
        bytes.moveReaderIndex(forwardBy: skipped)
        handshakeBytesLeft -= skipped
        reader.append(bytes)
        while let message = try reader.nextMessage() { said.append(line(for: message)) }
    }
}
