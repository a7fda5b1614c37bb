import EndpointCore
import FLV
import Logging
import Metrics
import NIOCore
import RTMPSession
import StreamHub
import TextCoding

/// One RTMP connection: feeds the session with bytes and time, and does what it says.
///
/// The session knows the protocol and asks; the connection knows the house and answers. What it publishes and plays lies
/// in `publications` and `playbacks`, by message stream. What carries its bytes it knows as `transport` alone.
final class RTMPConnection: PacedSource {
    /// What carries connections.
    enum Carrier {
        case socket
        /// A socket with encryption.
        case secureSocket
        /// Requests and answers of HTTP.
        case tunnel
        /// Those of HTTPS.
        case secureTunnel
    }

    let endpoint: RTMPListener
    private let carrier: Carrier
    /// Whether the endpoint's gate let it in, and counts it, before there was a connection.
    private let wasAdmitted: Bool
    /// From `open` to `closed`.
    private(set) var transport: (any RTMPTransport)?
    private var session: RTMPServerSession

    var publications: [UInt32: Publication] = [:] {
        didSet { latestPublication = nil }
    }
    /// The one that media came for last, so that nothing need be looked up for a read.
    var latestPublication: Publication?
    /// How long what comes has waited already, at most.
    private(set) var readDelay = TimeAmount.zero
    /// Whether nothing is read, because what came cannot be taken yet.
    private var isHeld = false
    var playbacks: [UInt32: Playback] = [:]
    /// What the client can be sent when it plays.
    private(set) var receiver = ReceiverCapabilities.legacy
    /// Whether the client moves when it is asked to.
    private(set) var takesReconnectRequests = false
    /// What the client calls itself.
    private(set) var agent: String?
    /// What the client proved when it connected.
    var login: StreamLogin?
    /// Who the client is, once it has said so.
    var client: ClientFacts?
    /// Where it has connected to, while it is.
    var connectedApplication: String?
    /// Requests that wait for a decision or a name.
    var pendingRequests: Set<RTMPRequestID> = []
    var tally = SessionTally()
    private(set) var peerAddress = "unknown"
    /// Whether a program on the server's own machine is at the other end, which the address alone does not tell.
    private(set) var isFromThisMachine = false
    private(set) var remoteAddress: SocketAddress?
    let id = ConnectionID()
    /// Payload of the chunks that are sent here: as configured when the connection began, for the client was told.
    let chunkSize: Int
    /// Whether the client was asked at the handshake which player it is.
    let demandsVerification: Bool
    /// What the session does, once it does something.
    private var activity: (role: String, path: String)?

    /// Most requests on which is being decided at a time, with those that were withdrawn meanwhile: 32, as no client makes.
    ///
    /// Who withdraws a request and makes the next need not wait, but the operator's back end is asked about each.
    private static let mostDecisions = 32
    private var decisionsUnderWay = 0

    /// Bytes that are kept of what a client calls itself.
    private static let longestAgent = 64

    private var isAdmitted = false
    private var isDraining = false
    private var timer: Scheduled<Void>?
    private var timerDeadline: NIODeadline?
    private var openedAt = NIODeadline.now()
    /// Why the connection ends; the first reason is the true one.
    private var reason: String?

    init(endpoint: RTMPListener, carrier: Carrier = .socket, wasAdmitted: Bool = false) {
        self.endpoint = endpoint
        self.carrier = carrier
        self.wasAdmitted = wasAdmitted
        let configuration = endpoint.configuration
        chunkSize = Int(configuration.session.chunkSize)
        demandsVerification = !configuration.session.swfHashes.isEmpty
        var random = SystemRandomNumberGenerator()
        session = RTMPServerSession(
            configuration: configuration.session, cryptography: configuration.cryptography,
            now: .now(), using: &random)
    }

    // MARK: What the transport calls

    /// Begins on a transport whose other end has this address; one that is refused is closed at once.
    ///
    /// - Parameters:
    ///   - remoteAddress: with the port, where the transport has one of its own.
    ///   - isFromThisMachine: whether a program on the server's own machine is at the other end.
    func open(
        on transport: any RTMPTransport, peerAddress: String, remoteAddress: SocketAddress?, isFromThisMachine: Bool
    ) {
        self.transport = transport
        self.peerAddress = peerAddress
        self.isFromThisMachine = isFromThisMachine
        self.remoteAddress = remoteAddress
        guard !endpoint.isLeaving else {
            metrics.refusals.increment()
            reason = RTMPListener.leavingWords
            transport.close()
            return
        }
        do {
            if !wasAdmitted { try endpoint.gate.enter(peerAddress) }
        } catch {
            reason = "too many connections: \(error)"
            transport.close()
            return
        }
        isAdmitted = true
        metrics.connectionsOpened.increment()
        metrics.connectionsOpen.increment()
        if endpoint.logger.logLevel <= .debug { logger.debug("connection opened") }
        drain()
    }

    func receive(_ bytes: ByteBuffer, at now: NIODeadline) {
        tally.bytesReceived += bytes.readableBytes
        metrics.bytesReceived.increment(by: bytes.readableBytes)
        do throws(RTMPFault) {
            try session.receive(bytes, now: now)
        } catch {
            fail(error)
        }
        drain()
    }

    func isRead(every pace: TimeAmount) {
        readDelay = pace
        for publication in publications.values { publication.port.setDelay(pace) }
    }

    /// The transport has handed on everything that had to wait.
    func drained() {
        for playback in playbacks.values { playback.drained() }
    }

    /// The transport is gone.
    ///
    /// - Parameter ending: how that ends what is published.
    func closed(_ ending: StreamEnding = .lost) {
        timer?.cancel()
        pendingRequests = []
        for publication in publications.values {
            tally.skippedTags += publication.skippedTags
            publication.end(ending)
        }
        publications = [:]
        for playback in playbacks.values { playback.leave() }
        playbacks = [:]
        tellDisconnected()
        if isAdmitted {
            if !wasAdmitted { endpoint.gate.leave(peerAddress) }
            metrics.connectionsOpen.decrement()
        }
        logger.info(
            "session closed",
            metadata: tally.metadata(
                duration: .now() - openedAt, bytesSent: transport?.bytesWritten ?? 0,
                reason: reason ?? "the peer closed the connection"))
        transport = nil
    }

    // MARK: Driving the session

    /// Tells the session what the house decided.
    func perform(_ command: RTMPServerSession.Command) {
        guard let transport else { return }
        do throws(RTMPFault) {
            try session.perform(command, now: transport.eventLoop.now)
        } catch {
            fail(error)
        }
        drain()
    }

    /// Whether what is written past the session must pass `write`.
    var isEncrypted: Bool { session.isEncrypted }

    /// Whether the client proved which SWF file it is.
    var hasVerifiedSWF: Bool { session.hasVerifiedSWF }

    /// Writes bytes of a playback, encrypted.
    ///
    /// - Returns: whether more would be taken now.
    func writeEncrypted(_ bytes: ByteBuffer) -> Bool {
        transport?.write(session.sealed(bytes)) ?? true
    }

    /// Asks the client to connect anew, where it announced that it does so.
    ///
    /// - Returns: whether it was asked.
    func requestReconnect(to url: String? = nil, because reason: String = "The server is about to stop.") -> Bool {
        guard takesReconnectRequests, transport != nil else { return false }
        perform(.requestReconnect(tcURL: url, description: reason))
        return true
    }

    /// Has the transport read in another way.
    func setReading(_ mode: ReadingMode) {
        guard let transport else { return }
        if isHeld { session.excuseSilence(now: transport.eventLoop.now) }
        isHeld = mode == .held
        transport.setReading(mode)
    }

    /// Ends the connection, what is queued first.
    func close(because reason: String) {
        note(reason: reason)
        transport?.closeWhenDrained()
    }

    /// Notes why the connection is about to end.
    func note(reason: String) {
        if self.reason == nil { self.reason = reason }
    }

    private func fail(_ fault: RTMPFault) {
        metrics.faults.increment()
        if case .tlsOnPlainPort = fault { _ = transport?.write(Self.noTLSHere) }
        close(because: "the peer broke the protocol: \(fault)")
    }

    /// A fatal alert of TLS, `handshake_failure` (RFC 8446 §6), so that the client need not wait for its time limit.
    private static let noTLSHere = ByteBuffer(bytes: [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28])

    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        while let output = session.nextOutput() {
            switch output {
            case .send(let bytes): _ = transport?.write(bytes)
            case .event(let event): handle(event)
            case .close: close(because: "the session ended")
            }
        }
        armTimer()
    }

    private func handle(_ event: RTMPServerSession.Event) {
        switch event {
        case .connectRequested(let request):
            receiver = request.capabilities.receiver
            let version = request.flashVersion.fitting(utf8Bytes: Self.longestAgent)
            agent = version.isEmpty ? nil : String(version)
            takesReconnectRequests = request.capabilities.extensions.contains(.reconnect)
            client = facts(of: request)
            requestConnect(request)
        case .publishRequested(let request): requestPublish(request)
        case .playRequested(let request): requestPlay(request)
        case .requestWithdrawn(let id): withdraw(id)
        case .media(let media): publish(media)
        case .metadataCleared(let messageStreamID): publications[messageStreamID]?.clearMetadata()
        case .publishEnded(let messageStreamID): endPublication(messageStreamID)
        case .playEnded(let messageStreamID): endPlayback(messageStreamID)
        case .paused(let messageStreamID, let paused): playbacks[messageStreamID]?.setPaused(paused)
        case .sought(let messageStreamID): playbacks[messageStreamID]?.startAnew()
        case .audioWanted(let messageStreamID, let wanted): playbacks[messageStreamID]?.want(audio: wanted)
        case .videoWanted(let messageStreamID, let wanted): playbacks[messageStreamID]?.want(video: wanted)
        case .pongReceived: break
        case .faulted(let fault):
            metrics.faults.increment()
            note(reason: "the peer broke the protocol: \(fault)")
        }
    }

    /// One timer serves the session's moving deadline: it is set anew when it fires too early, not when the deadline
    /// moves away, which happens with every frame.
    private func armTimer() {
        guard let deadline = session.nextDeadline else { return disarmTimer() }
        if let timerDeadline, timerDeadline <= deadline { return }
        guard let eventLoop = transport?.eventLoop else { return }
        timer?.cancel()
        timerDeadline = deadline
        let connection = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleTask(deadline: deadline) { connection.value.timerFired() }
    }

    /// Who plays has no deadline, and a timer that fires for nothing wakes the event loop for each of thousands.
    private func disarmTimer() {
        timer?.cancel()
        timer = nil
        timerDeadline = nil
    }

    private func timerFired() {
        timerDeadline = nil
        timer = nil
        guard let eventLoop = transport?.eventLoop else { return }
        if isHeld { session.excuseSilence(now: eventLoop.now) }
        guard let deadline = session.nextDeadline else { return }
        if deadline <= eventLoop.now {
            note(reason: "the peer kept silent for too long")
            do throws(RTMPFault) {
                try session.deadlineReached(now: eventLoop.now)
            } catch {
                fail(error)
            }
        }
        drain()
    }
}

extension RTMPConnection {
    /// What counts it.
    var metrics: EndpointMetrics {
        switch carrier {
        case .socket: endpoint.metrics
        case .secureSocket: endpoint.secureMetrics
        case .tunnel: endpoint.tunnelMetrics
        case .secureTunnel: endpoint.secureTunnelMetrics
        }
    }

    /// How it is carried, as log lines, metrics and the API name it.
    var protocolName: String {
        let (isTunnelled, isSecure) =
            switch carrier {
            case .socket: (false, false)
            case .secureSocket: (false, true)
            case .tunnel: (true, false)
            case .secureTunnel: (true, true)
            }
        return RTMPURL.scheme(isTunnelled: isTunnelled, isEncrypted: session.isEncrypted, isSecure: isSecure)
    }

    /// Names what the session does in every later line of the log, and writes the line of its beginning.
    func logOpening(_ role: String, _ path: String) {
        activity = (role, path)
        logger.info("session opened")
    }

    /// Says which tracks a player does not get.
    func logOmission(_ description: String) {
        logger.info("tracks not sent", metadata: ["tracks": "\(description)"])
    }

    /// A logger that names the connection and what it does.
    ///
    /// Made when there is something to say: kept for each of thousands of players it would be a tenth of their memory.
    private var logger: Logger {
        var logger = endpoint.logger
        logger[metadataKey: "connection.id"] = "\(id)"
        logger[metadataKey: "protocol"] = "\(protocolName)"
        logger[metadataKey: "peer.address"] = "\(remoteAddress?.hostAndPort ?? peerAddress)"
        if let activity {
            logger[metadataKey: "stream.path"] = "\(activity.path)"
            logger[metadataKey: "role"] = "\(activity.role)"
        }
        return logger
    }

    /// Asks for a decision on a request, and hands it over unless the connection has too many to wait for.
    func decide(
        on request: RTMPRequestID,
        _ decision: @escaping @Sendable (any StreamAuthorizer) async -> StreamDecision,
        _ body: @escaping (RTMPConnection, Result<StreamDecision, any Error>) -> Void
    ) {
        guard let eventLoop = transport?.eventLoop else { return }
        guard decisionsUnderWay < Self.mostDecisions else {
            return close(because: "more than \(Self.mostDecisions) requests wait for a decision")
        }
        decisionsUnderWay += 1
        pendingRequests.insert(request)
        let promise = eventLoop.makePromise(of: StreamDecision.self)
        promise.complete { [authorizer = endpoint.authorizer] in await decision(authorizer) }
        whenBack(promise.futureResult) { connection, result in
            connection.decisionsUnderWay -= 1
            body(connection, result)
        }
    }

    /// Runs `body` on the connection's event loop, even if the connection is gone by then: what was obtained for it must be
    /// given back.
    func whenBack<Value: Sendable>(
        _ future: EventLoopFuture<Value>, _ body: @escaping (RTMPConnection, Result<Value, any Error>) -> Void
    ) {
        future.assumeIsolated().whenComplete { result in body(self, result) }
    }
}
