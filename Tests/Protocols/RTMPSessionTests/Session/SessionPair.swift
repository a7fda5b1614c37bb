import NIOCore
import TestSupport

@testable import RTMPSession

/// A client session and a server session over a wire without delay, each with an owner that goes by rule.
final class SessionPair {
    private var server: RTMPServerSession
    private var client: RTMPClientSession
    private(set) var now = NIODeadline.uptimeNanoseconds(1_000_000_000)
    /// What the owners heard besides media, since they were last asked.
    private(set) var serverHeard: [RTMPServerSession.Event] = []
    private(set) var clientHeard: [RTMPClientSession.Event] = []
    private(set) var serverMedia: [RTMPMedia] = []
    private(set) var clientMedia: [RTMPMedia] = []
    private(set) var isServerClosed = false
    private(set) var isClientClosed = false
    private var serverOwner: ServerProbe.Owner
    private var toServer: [ByteBuffer] = []
    private var toClient: [ByteBuffer] = []
    /// All that the client sent behind the handshake.
    private(set) var wire = ByteBuffer()
    private var sentBytes = 0

    init(
        _ url: String = "rtmp://example.org/live/key", handshake: HandshakeForm = .simple,
        cryptography: (any RTMPECryptography)? = nil, flashVersion: String? = nil,
        owner: @escaping ServerProbe.Owner = ServerProbe.welcoming
    ) throws {
        var generator = SeededGenerator(seed: 7)
        server = RTMPServerSession(cryptography: cryptography, now: now, using: &generator)
        var configuration = RTMPClientSession.Configuration(url: try RTMPURL(url))
        configuration.handshake = handshake
        if let flashVersion { configuration.flashVersion = flashVersion }
        client = RTMPClientSession(
            configuration: configuration, cryptography: cryptography, now: now, using: &generator)
        serverOwner = owner
    }

    func client(_ command: RTMPClientSession.Command) throws {
        try client.perform(command, now: now)
        try run()
    }

    func server(_ command: RTMPServerSession.Command) throws {
        try server.perform(command, now: now)
        try run()
    }

    func sendFromClient(_ kind: RTMPMedia.Kind, prefix: ByteBuffer, payload: ByteBuffer) {
        client.sendMedia(kind, timestamp: 0, messageStreamID: 1, prefix: prefix, payload: payload)
    }

    /// Media that the server's owner writes past its session, as the endpoint does.
    func serverWrites(_ media: RTMPMedia) throws {
        var bytes = ByteBuffer()
        IndependentChunks.write(
            type: RTMPMessageType(rawValue: media.kind.rawValue), timestamp: media.timestamp,
            messageStreamID: media.messageStreamID, chunkStreamID: media.kind == .audio ? 4 : 6,
            payload: media.payload, chunkSize: 60_000, into: &bytes)
        toClient.append(server.sealed(bytes))
        try run()
    }

    func wait(_ time: TimeAmount) throws {
        now = now + time
        if let deadline = server.nextDeadline, deadline <= now { try server.deadlineReached(now: now) }
        if let deadline = client.nextDeadline, deadline <= now { try client.deadlineReached(now: now) }
        try run()
    }

    func takeClientHeard() -> [RTMPClientSession.Event] {
        defer { clientHeard = [] }
        return clientHeard
    }

    func takeServerHeard() -> [RTMPServerSession.Event] {
        defer { serverHeard = [] }
        return serverHeard
    }

    /// Whether the server has announced the size of its chunks.
    var serverTellsChunkSize: Bool { server.hasAnnouncedChunkSize }

    private func note(_ bytes: ByteBuffer) {
        let handshake = max(0, min(bytes.readableBytes, 3073 - sentBytes))
        sentBytes += bytes.readableBytes
        if let rest = bytes.getSlice(at: bytes.readerIndex + handshake, length: bytes.readableBytes - handshake) {
            wire.writeImmutableBuffer(rest)
        }
    }

    /// Lets both talk until neither has anything to say.
    func run() throws {
        repeat {
            while let output = client.nextOutput() {
                switch output {
                case .send(let bytes):
                    toServer.append(bytes)
                    note(bytes)
                case .event(.media(let media)): clientMedia += media
                case .event(let event): clientHeard.append(event)
                case .close: isClientClosed = true
                }
            }
            while let output = server.nextOutput() {
                switch output {
                case .send(let bytes): toClient.append(bytes)
                case .event(.media(let media)): serverMedia += media
                case .event(let event):
                    serverHeard.append(event)
                    for command in serverOwner(event) { try server.perform(command, now: now) }
                case .close: isServerClosed = true
                }
            }
            let (forServer, forClient) = (toServer, toClient)
            (toServer, toClient) = ([], [])
            for bytes in forServer { try server.receive(bytes, now: now) }
            for bytes in forClient { try client.receive(bytes, now: now) }
            if forServer.isEmpty, forClient.isEmpty { return }
        } while true
    }
}
