import AMF
public import NIOCore

/// The server's side of one RTMP connection, without its socket: handshake, chunk stream, and the conversation over them.
///
/// Bytes, commands and the time go in; `nextOutput` says what to do about them, and is asked until it has nothing more.
/// The session knows what RTMP allows, and nothing of names, permission or policy: `connect`, `publish` and `play` become
/// events, and the owner answers them with commands.
///
/// What the client does wrong ends the connection in one of two ways. Where chunks or values cannot be read any more, or
/// time has run out before anything was said, the fault is thrown and nothing follows. Where the conversation is at fault,
/// the client is told in RTMP, and `.faulted` and `.close` follow.
///
/// **Media for players is not the session's.** After `acceptPlay` the owner writes media to the connection itself, in
/// chunks of `Configuration.chunkSize` with full headers (`IndependentChunks`), on the message stream of the play and on
/// chunk streams 4 (audio), 6 (video) or any from 7 on. The session writes on chunk streams 2, 3 and 5 alone, and each
/// `.send` holds whole messages, so the two may follow one another in any order. On an encrypted connection it passes
/// through `sealed` what it writes, at the moment when it writes it.
public struct RTMPServerSession: ~Copyable {
    /// Where a connection is in its life.
    ///
    /// Each case says what can follow. In memory of its own, since it is asked for with every message, and what it holds
    /// would be copied each time: with 200 publishers that was a fortieth of what taking their frames costs.
    indirect enum Phase {
        /// Until C2. Then `awaitingConnect`.
        case handshaking(ServerHandshake)
        /// Until `connect`. Then `deciding`.
        case awaitingConnect
        /// Until the owner answers. Then `connected`. What else the client sends meanwhile waits unread.
        case deciding(Connect)
        /// Until either side closes.
        case connected(Connect)
        /// After a fault.
        case lost
    }

    /// What the client said when it connected.
    struct Connect {
        var request: ConnectRequest
        let transactionID: Double
        /// `app` as it came.
        let rawApplication: String?
        /// 3 when the client can read AMF3, else 0.
        let objectEncoding: Double

        /// Without what only the decision needed: it would be kept for as long as the connection lasts.
        var withoutArguments: Connect {
            var rest = self
            rest.request.properties = .null
            rest.request.extraArguments = []
            return rest
        }
    }

    let configuration: Configuration
    var phase: Phase
    var outbox = SessionOutbox<Event>()
    var streams: ServerMessageStreams
    private var reader: ChunkStreamReader
    var acknowledgements: AcknowledgementWindow
    /// When the client last did what a time limit waits for.
    var progressedAt: NIODeadline
    /// Bytes that came while the owner was deciding on `connect`.
    private var heldBytes = 0
    private var requestCount: UInt64 = 0
    private var inboundKeystream: (any RTMPEKeystream)?
    /// Whether the client knows the size of the chunks that media come in.
    var hasAnnouncedChunkSize = false
    /// What the client is asked once it may connect; `nil` when it is not, or has answered.
    var swfVerification: SWFVerification?
    /// Whether the client has proved to be one of `Configuration.swfHashes`.
    public internal(set) var hasVerifiedSWF = false

    /// Makes a session at the moment when the connection was accepted.
    ///
    /// - Parameters:
    ///   - cryptography: what encrypted RTMP (RTMPE) is offered with; `nil` to refuse it.
    ///   - generator: for the handshake; where encryption is offered nobody must be able to foresee it.
    public init(
        configuration: Configuration = .init(), cryptography: (any RTMPECryptography)? = nil, now: NIODeadline,
        using generator: inout some RandomNumberGenerator
    ) {
        self.configuration = configuration
        phase = .handshaking(ServerHandshake(using: &generator, cryptography: cryptography))
        streams = ServerMessageStreams(limit: configuration.limits.messageStreams)
        reader = ChunkStreamReader(limits: configuration.limits)
        acknowledgements = AcknowledgementWindow(
            size: configuration.windowAcknowledgementSize,
            smallest: configuration.limits.smallestAcknowledgementWindow)
        progressedAt = now
    }

    /// Takes bytes that came from the client.
    ///
    /// - Throws: What the client did wrong when nothing more can be said to it. The session is over then: no outputs
    ///   are left, and all it is given later is ignored.
    public mutating func receive(_ bytes: ByteBuffer, now: NIODeadline) throws(RTMPFault) {
        guard !outbox.isClosing else { return }
        do throws(RTMPFault) {
            try take(bytes, now: now)
        } catch {
            abandon()
            throw error
        }
    }

    /// The next thing for the owner to do, or `nil` until something happens.
    public mutating func nextOutput() -> RTMPSessionOutput<Event>? {
        outbox.next()
    }

    /// Whether everything behind the handshake is encrypted.
    public var isEncrypted: Bool { inboundKeystream != nil }

    /// The form in which bytes of the owner's own must be written now: encrypted where the connection is.
    ///
    /// They must be written before the next output is taken.
    public mutating func sealed(_ bytes: ByteBuffer) -> ByteBuffer {
        outbox.sealed(bytes)
    }

    private mutating func take(_ bytes: ByteBuffer, now: NIODeadline) throws(RTMPFault) {
        var bytes = bytes
        if case .handshaking(var handshake) = phase {
            // What a fault would leave; and the handshake must not be shared while it collects bytes.
            phase = .lost
            if let answer = try handshake.receive(&bytes) { outbox.send(answer) }
            guard handshake.isComplete else {
                phase = .handshaking(handshake)
                return
            }
            phase = .awaitingConnect
            progressedAt = now
            swfVerification = SWFVerification(challenge: handshake.swfChallenge, hashes: configuration.swfHashes)
            if let keystreams = handshake.keystreams {
                inboundKeystream = keystreams.inbound
                outbox.encrypt(with: keystreams.outbound)
            }
        }
        bytes = inboundKeystream?.apply(to: bytes) ?? bytes
        if case .deciding = phase {
            heldBytes += bytes.readableBytes
            guard heldBytes <= configuration.limits.commandMessageBytes else { throw .commandBeforeConnect }
        }
        reader.append(bytes)
        try readMessages(now: now)
    }

    /// Reads what has come, up to a `connect` that the owner must decide on first.
    mutating func readMessages(now: NIODeadline) throws(RTMPFault) {
        while canRead, let message = try reader.nextMessage() {
            try receive(message, now: now)
        }
        if let sequenceNumber = acknowledgements.due(at: reader.bytesReceived) {
            outbox.send(.acknowledgement(sequenceNumber))
        }
    }

    private var canRead: Bool {
        guard !outbox.isClosing else { return false }
        if case .deciding = phase { return false }
        return true
    }

    /// The owner has decided on `connect`: what the client sent meanwhile counts no more.
    mutating func releaseHeldBytes() {
        heldBytes = 0
    }

    mutating func makeRequestID() -> RTMPRequestID {
        requestCount &+= 1
        return RTMPRequestID(number: requestCount)
    }

    /// Ends the session with nothing more to say.
    mutating func abandon() {
        phase = .lost
        outbox.abandon()
    }

    /// Tells the client what it did wrong, then closes.
    mutating func refuse(_ fault: RTMPFault, on messageStreamID: UInt32, _ status: RTMPStatus) {
        outbox.send(status, on: messageStreamID)
        outbox.emit(.faulted(fault))
        outbox.close()
    }

    /// Answers a call that breaks the rules with `_error`, then closes.
    mutating func refuse(_ fault: RTMPFault, answering command: CommandMessage, _ status: RTMPStatus) {
        outbox.send(CommandMessage("_error", transactionID: command.transactionID, [status.properties]))
        outbox.emit(.faulted(fault))
        outbox.close()
    }
}

extension RTMPServerSession.Event: MediaEvent {}
