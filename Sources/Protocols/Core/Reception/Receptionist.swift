public import Logging
public import Metrics
public import NIOCore
import NIOTLS

/// Receives one connection: reads the PROXY header, has it admitted, sees whether it is encrypted, and hands it to its
/// protocol.
///
/// It is the only handler of the connection until it leaves the pipeline, and the only one that keeps bytes: a header at
/// most, and what came with it.
public final class Receptionist: ChannelInboundHandler, RemovableChannelHandler {
    /// What comes from the socket, or from what decrypts it.
    public typealias InboundIn = ByteBuffer
    /// The same, handed on.
    public typealias InboundOut = ByteBuffer

    /// What a listener decides.
    public struct Host {
        /// What the listener is called in the log, such as `rtmp`.
        public var name: String
        /// Where refusals are written.
        public var logger: Logger
        /// Counts connections that were closed for a fault of the peer.
        public var faults: Counter
        /// Whether the protocol of a plain or decrypted connection shows in its first byte only.
        public var wantsFirstByte: Bool
        /// What is said to a client that speaks HTTP without TLS to a port for TLS, before it is closed.
        public var wordsForPlainHTTP: ByteBuffer?
        /// Says whether a client may come in; called once, before anything costly is done for it.
        public var admit: (_ client: SocketAddress?) throws -> Void
        /// Takes the connection; called once, in its pipeline, with the bytes to follow.
        public var take: (_ arrival: Arrival) throws -> Void

        /// Makes a host.
        public init(
            name: String, logger: Logger, faults: Counter, wantsFirstByte: Bool, wordsForPlainHTTP: ByteBuffer? = nil,
            admit: @escaping (_ client: SocketAddress?) throws -> Void,
            take: @escaping (_ arrival: Arrival) throws -> Void
        ) {
            self.name = name
            self.logger = logger
            self.faults = faults
            self.wantsFirstByte = wantsFirstByte
            self.wordsForPlainHTTP = wordsForPlainHTTP
            self.admit = admit
            self.take = take
        }
    }

    private enum Phase {
        /// Waits for a PROXY header, which must come.
        case header
        /// Waits until it is clear that there is none.
        case noHeader
        /// Waits for the byte that says whether there is encryption.
        case form
        /// Waits for the end of the handshake.
        case handshake
        /// Waits for the byte that says which protocol it is.
        case content
        /// Handed on, or closed.
        case over
    }

    private let reception: Reception
    private let host: Host
    private var phase = Phase.form
    private var arrival = Arrival(client: nil)
    private var waiting = ByteBuffer()
    private var timer: Scheduled<Void>?

    /// Makes the receptionist of one connection.
    public init(_ reception: Reception, host: Host) {
        self.reception = reception
        self.host = host
    }

    // MARK: Life of the channel

    /// Begins, where the connection is there already.
    public func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    /// Begins.
    public func channelActive(context: ChannelHandlerContext) {
        // What decrypts lies before this handler, and says that the connection is there a second time.
        if timer == nil { begin(context) }
    }

    /// Reads on.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard phase != .over else { return context.fireChannelRead(data) }
        waiting.writeBuffer(&bytes)
        advance(context)
    }

    /// Forgets the connection.
    public func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        if phase != .over, host.logger.logLevel <= .debug {
            host.logger.debug("connection closed before it began", metadata: facts)
        }
        phase = .over
        context.fireChannelInactive()
    }

    /// Closes the connection, whose handshake failed.
    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard phase != .over else { return context.fireErrorCaught(error) }
        refuse(context, because: ConnectionFailure.reason(of: error))
    }

    /// Goes on when the handshake of encryption is over; closes when the peer has closed its side, or the server stops.
    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard phase != .over else { return context.fireUserInboundEventTriggered(event) }
        switch event {
        case TLSUserEvent.handshakeCompleted(let agreed) where phase == .handshake:
            arrival.applicationProtocol = agreed
            phase = .content
            advance(context)
        case ChannelEvent.inputClosed, is ChannelShouldQuiesceEvent:
            close(context)
        default:
            break
        }
    }

    // MARK: The way through the phases

    private func begin(_ context: ChannelHandlerContext) {
        arrival.client = context.remoteAddress
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: reception.timeLimit) {
            self.refuse(context, because: "the peer took too long for \(self.awaited)")
        }
        if reception.proxies.isEmpty {
            admit(context)
        } else {
            phase = reception.proxies.contains(context.remoteAddress) ? .header : .noHeader
        }
    }

    private func advance(_ context: ChannelHandlerContext) {
        while step(context) {}
    }

    /// Takes a step if the bytes suffice for one; returns whether there may be another.
    private func step(_ context: ChannelHandlerContext) -> Bool {
        switch phase {
        case .header: readHeader(context)
        case .noHeader: lookForHeader(context)
        case .form: waiting.readableBytes > 0 && decideForm(context)
        case .content: lookAtContent(context)
        case .handshake, .over: false
        }
    }

    private func readHeader(_ context: ChannelHandlerContext) -> Bool {
        do throws(ProxyHeaderFault) {
            guard let header = try ProxyHeader.read(from: &waiting) else { return false }
            arrival.isProxied = true
            if case .proxied(let client) = header { arrival.client = client }
            return admit(context)
        } catch {
            if case .noHeader = error {
                refuse(context, because: "a trusted proxy began without PROXY header")
            } else {
                refuse(context, because: "the proxy broke the PROXY protocol: \(error)")
            }
            return false
        }
    }

    private func lookForHeader(_ context: ChannelHandlerContext) -> Bool {
        switch ProxyHeader.beginning(of: waiting) {
        case .undecided: return false
        case .none: return admit(context)
        case .version1, .version2:
            refuse(context, because: "a PROXY header from an address that is no trusted proxy")
            return false
        }
    }

    @discardableResult
    private func admit(_ context: ChannelHandlerContext) -> Bool {
        do {
            try host.admit(arrival.client)
        } catch {
            timer?.cancel()
            phase = .over
            host.logger.info("connection refused", metadata: facts.with(reason: "too many connections: \(error)"))
            context.close(promise: nil)
            return false
        }
        phase = .form
        if case .plain = reception.form { phase = .content }
        return true
    }

    private func decideForm(_ context: ChannelHandlerContext) -> Bool {
        let byte = waiting.getInteger(at: waiting.readerIndex, as: UInt8.self) ?? 0
        switch reception.form {
        case .secure(let security):
            guard byte == FirstByte.tls else {
                let language = FirstByte.language(of: byte)
                if language == "HTTP", let words = host.wordsForPlainHTTP {
                    context.writeAndFlush(NIOAny(words), promise: nil)
                }
                refuse(context, because: "the peer speaks \(language) without TLS to a port for TLS")
                return false
            }
            beginHandshake(context, security)
            return false
        case .either(let security) where byte == FirstByte.tls:
            beginHandshake(context, security)
            return false
        case .either, .plain:
            phase = .content
            return true
        }
    }

    private func beginHandshake(_ context: ChannelHandlerContext, _ security: any ConnectionSecurity) {
        phase = .handshake
        arrival.isSecure = true
        let encrypted = waiting
        waiting = ByteBuffer()
        do {
            try security.secure(context.channel)
        } catch {
            return refuse(context, because: "\(error)")
        }
        context.pipeline.syncOperations.fireChannelRead(NIOAny(encrypted))
        context.pipeline.syncOperations.fireChannelReadComplete()
    }

    private func lookAtContent(_ context: ChannelHandlerContext) -> Bool {
        if host.wantsFirstByte, arrival.applicationProtocol == nil {
            guard let byte: UInt8 = waiting.getInteger(at: waiting.readerIndex) else { return false }
            arrival.firstByte = byte
        }
        timer?.cancel()
        phase = .over
        do {
            try host.take(arrival)
        } catch let refusal as ConnectionGate.Refusal {
            host.logger.info("connection refused", metadata: facts.with(reason: "too many connections: \(refusal)"))
            context.close(promise: nil)
            return false
        } catch {
            host.logger.error("a connection could not be begun", metadata: facts.with(reason: "\(error)"))
            context.close(promise: nil)
            return false
        }
        if waiting.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(waiting))
            context.fireChannelReadComplete()
        }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        return false
    }

    // MARK: Ends

    private var awaited: String {
        switch phase {
        case .header: "its PROXY header"
        case .handshake: "the TLS handshake"
        case .noHeader, .form, .content, .over: "its first byte"
        }
    }

    private var facts: Logger.Metadata {
        ["peer.address": "\(arrival.client?.hostAndPort ?? "unknown")", "protocol": "\(host.name)"]
    }

    private func refuse(_ context: ChannelHandlerContext, because reason: String) {
        guard phase != .over else { return }
        host.faults.increment()
        host.logger.info("connection refused", metadata: facts.with(reason: reason))
        close(context)
    }

    private func close(_ context: ChannelHandlerContext) {
        timer?.cancel()
        phase = .over
        waiting = ByteBuffer()
        context.close(promise: nil)
    }
}

extension Logger.Metadata {
    fileprivate func with(reason: String) -> Logger.Metadata {
        merging(["reason": "\(reason)"]) { _, new in new }
    }
}
