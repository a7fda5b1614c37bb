public import NIOCore

/// The client's side of one RTMP connection, without its socket: it connects to an application, and publishes or plays.
///
/// Bytes, commands and the time go in; `nextOutput` says what to do about them, and is asked until it has nothing more,
/// at once after the session is made too. Handshake and `connect` go by themselves; `publish` and `play` may be given
/// before they are done.
///
/// The session writes on chunk streams 2, 3 and 8, and media on 4, 5 and 6.
public struct RTMPClientSession: ~Copyable {
    /// Where a connection is in its life.
    ///
    /// Each case says what can follow.
    enum Phase {
        /// Until S2. Then `connecting`.
        case handshaking(ClientHandshake)
        /// Until `connect` is answered. Then `connected`.
        case connecting
        /// Until either side closes.
        case connected
        /// After a fault.
        case lost
    }

    let configuration: Configuration
    var phase: Phase
    var outbox = SessionOutbox<Event>()
    private var reader: ChunkStreamReader
    var acknowledgements: AcknowledgementWindow
    var streams: [ClientMessageStream] = []
    var calls: [PendingCall] = []
    /// What the owner wants, until the connection is accepted.
    var intents: [Intent] = []
    /// When the client last began to wait for an answer, or got one.
    var progressedAt: NIODeadline
    private var lastTransactionID: Double = 0
    private var inboundKeystream: (any RTMPEKeystream)?

    /// Makes a session at the moment when the connection was made; its first output is the handshake.
    ///
    /// - Parameters:
    ///   - cryptography: what to encrypt with (RTMPE), whatever `Configuration.handshake` says; `nil` for plain RTMP.
    ///   - generator: for the handshake; where the session is encrypted nobody must be able to foresee it.
    public init(
        configuration: Configuration, cryptography: (any RTMPECryptography)? = nil, now: NIODeadline,
        using generator: inout some RandomNumberGenerator
    ) {
        self.configuration = configuration
        let handshake =
            if let cryptography {
                ClientHandshake(using: &generator, cryptography: cryptography)
            } else {
                ClientHandshake(using: &generator, form: configuration.handshake)
            }
        phase = .handshaking(handshake)
        outbox.send(handshake.opening)
        reader = ChunkStreamReader(limits: configuration.limits)
        acknowledgements = AcknowledgementWindow(
            size: configuration.windowAcknowledgementSize,
            smallest: configuration.limits.smallestAcknowledgementWindow)
        progressedAt = now
    }

    /// Takes bytes that came from the server.
    ///
    /// - Throws: What the server did wrong. The session is over then: no outputs are left, and all it is given later is
    ///   ignored.
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

    /// When `deadlineReached` wants to be called, unless something happens before; `nil` when nothing is due.
    public var nextDeadline: NIODeadline? {
        guard !outbox.isClosing else { return nil }
        switch phase {
        case .handshaking, .connecting: return progressedAt + configuration.answerTimeLimit
        case .connected:
            let isWaiting = !calls.isEmpty || streams.contains { $0.isRequested }
            return isWaiting ? progressedAt + configuration.answerTimeLimit : nil
        case .lost: return nil
        }
    }

    /// Gives up on a server that has not answered in time; before `nextDeadline`, does nothing.
    ///
    /// - Throws: `.handshakeTimedOut`, `.connectTimedOut` or `.requestTimedOut`.
    public mutating func deadlineReached(now: NIODeadline) throws(RTMPFault) {
        guard let deadline = nextDeadline, now >= deadline else { return }
        let fault: RTMPFault
        switch phase {
        case .handshaking: fault = .handshakeTimedOut
        case .connecting: fault = .connectTimedOut
        case .connected, .lost: fault = .requestTimedOut
        }
        abandon()
        throw fault
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
            phase = .connecting
            progressedAt = now
            if let keystreams = handshake.keystreams {
                inboundKeystream = keystreams.inbound
                outbox.encrypt(with: keystreams.outbound)
            }
            connect()
        }
        bytes = inboundKeystream?.apply(to: bytes) ?? bytes
        reader.append(bytes)
        while !outbox.isClosing, let message = try reader.nextMessage() {
            try receive(message, now: now)
        }
        if let sequenceNumber = acknowledgements.due(at: reader.bytesReceived) {
            outbox.send(.acknowledgement(sequenceNumber))
        }
    }

    private mutating func abandon() {
        phase = .lost
        outbox.abandon()
    }

    mutating func makeTransactionID() -> Double {
        lastTransactionID += 1
        return lastTransactionID
    }

    /// Reports that what was asked for is refused or over, then closes.
    mutating func fail(_ status: RTMPStatus) {
        outbox.emit(.failed(code: status.code, description: status.description))
        outbox.close()
    }
}

extension RTMPClientSession.Event: MediaEvent {}
