import EndpointCore
import Metrics
import NIOCore
import RTMPSession
import StreamHub

/// One tunnel through HTTP: carries an RTMP connection's bytes in requests and their answers.
///
/// Lives on one event loop, whichever ones the requests come from.
final class TunnelTransport: RTMPTransport {
    /// How long a client may take to fetch what is left when the connection is being closed: 5 s, as at a socket.
    private static let farewell = TimeAmount.seconds(5)

    /// Bytes of a request that the connection is given at once: 64 KiB, as one read of a socket brings.
    ///
    /// A message may be as short as one byte, and becomes many times as much in memory.
    private static let portionBytes = 64 << 10

    private enum Phase {
        case open
        /// Nothing more is written; what waits can still be fetched.
        case closing
        case closed
    }

    let eventLoop: any EventLoop
    private let connection: RTMPConnection
    private var tunnel: RTMPTunnel
    private var phase = Phase.open
    /// Whether the connection was told to wait.
    private var isFull = false
    /// Answers wait for this, while there is one.
    private var held: EventLoopPromise<Void>?
    private var timer: Scheduled<Void>?
    private let onClosed: () -> Void

    /// Makes the transport of a new tunnel, on its event loop.
    ///
    /// - Parameter onClosed: called once when there is nothing more to be had from it.
    init(
        _ connection: RTMPConnection, configuration: RTMPTunnel.Configuration, eventLoop: any EventLoop,
        onClosed: @escaping () -> Void
    ) {
        self.connection = connection
        self.eventLoop = eventLoop
        self.onClosed = onClosed
        tunnel = RTMPTunnel(configuration: configuration, now: eventLoop.now)
    }

    /// Begins the connection; `isClosed` tells whether it was refused.
    ///
    /// - Parameter isFromThisMachine: whether a program on the server's own machine asked for the tunnel.
    func open(for peerAddress: String, isFromThisMachine: Bool) {
        armTimer()
        connection.open(
            on: self, peerAddress: peerAddress, remoteAddress: nil, isFromThisMachine: isFromThisMachine)
    }

    var isClosed: Bool { phase == .closed }

    /// Whether its client publishes something.
    var isPublishing: Bool { !connection.publications.isEmpty }

    /// Takes a request, and says what to answer as soon as more may come; `nil` when there is no such tunnel any more.
    func answerInTime(_ call: RTMPTunnelRequest.Call, body: ByteBuffer) -> EventLoopFuture<ByteBuffer?> {
        do throws(RTMPTunnelFault) {
            let answer = try answer(call, body: body)
            return held?.futureResult.map { answer } ?? eventLoop.makeSucceededFuture(answer)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }

    /// Takes a request, and says what to answer; `nil` when there is no such tunnel any more.
    private func answer(_ call: RTMPTunnelRequest.Call, body: ByteBuffer) throws(RTMPTunnelFault) -> ByteBuffer? {
        guard phase != .closed else { return nil }
        do throws(RTMPTunnelFault) {
            switch try tunnel.receive(call, body: body, now: eventLoop.now) {
            case .repetition(let answer):
                return answer
            case .closing:
                let answer = tunnel.answer()
                connection.note(reason: "the peer closed the tunnel")
                // FFmpeg closes without a word in RTMP, since it throws away what it had to say.
                close(.unpublished)
                return answer
            case .bytes(let bytes):
                hand(on: bytes)
                return fetch()
            }
        } catch {
            connection.metrics.faults.increment()
            connection.note(reason: "the peer broke the protocol: \(error)")
            close()
            throw error
        }
    }

    private func hand(on bytes: ByteBuffer) {
        var rest = bytes
        while phase == .open,
            let portion = rest.readSlice(length: min(Self.portionBytes, rest.readableBytes)), portion.readableBytes > 0
        {
            connection.receive(portion, at: eventLoop.now)
        }
    }

    /// Asks the client to connect anew, where it knows how to.
    func requestReconnect() -> Bool { connection.requestReconnect() }

    private func fetch() -> ByteBuffer {
        let answer = tunnel.answer()
        if isFull {
            isFull = false
            if phase == .open { connection.drained() }
        }
        if phase == .closing { close() }
        return answer
    }

    /// One timer serves a deadline that moves with every request.
    private func armTimer() {
        let transport = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleTask(deadline: tunnel.deadline) { transport.value.timerFired() }
    }

    private func timerFired() {
        guard phase != .closed else { return }
        // Who waits for an answer sends no request.
        if held != nil { tunnel.excuseSilence(now: eventLoop.now) }
        guard phase == .open, tunnel.deadline > eventLoop.now else {
            connection.note(reason: "the client fetched nothing for too long")
            return close()
        }
        armTimer()
    }

    // MARK: What the connection asks for

    var bytesWritten: Int { tunnel.bytesWritten }

    var directPath: DirectPath? { nil }

    func write(_ bytes: ByteBuffer) -> Bool {
        guard phase == .open else { return true }
        guard !tunnel.isOverfull else {
            connection.note(reason: "the client fetched too little")
            close()
            return true
        }
        connection.metrics.bytesSent.increment(by: bytes.readableBytes)
        if !tunnel.write(bytes) { isFull = true }
        return !isFull
    }

    func countSent(_ bytes: Int) {
        connection.metrics.bytesSent.increment(by: bytes)
    }

    func closeWhenDrained() {
        guard phase == .open else { return }
        guard !tunnel.isDrained else { return close() }
        phase = .closing
        release()
        timer?.cancel()
        let transport = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleTask(in: Self.farewell) { transport.value.timerFired() }
    }

    func close() {
        close(.lost)
    }

    private func close(_ ending: StreamEnding) {
        guard phase != .closed else { return }
        phase = .closed
        timer?.cancel()
        timer = nil
        release()
        // Whoever closes may be in the midst of something with the connection.
        let transport = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute {
            transport.value.connection.closed(ending)
            transport.value.onClosed()
        }
    }

    /// Requests come when the client sends them.
    func readAsPublisher() {}

    /// What came in a request is here already; the next is sent when this one is answered.
    func setReading(_ mode: ReadingMode) {
        guard mode == .held, phase == .open else { return release() }
        if held == nil { held = eventLoop.makePromise() }
    }

    private func release() {
        guard let held else { return }
        self.held = nil
        tunnel.excuseSilence(now: eventLoop.now)
        held.succeed(())
    }
}
