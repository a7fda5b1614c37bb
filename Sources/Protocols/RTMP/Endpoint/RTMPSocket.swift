import EndpointCore
import Metrics
import NIOCore
import StreamHealth
import StreamHub

/// The socket of one RTMP connection: tells the connection what happens to it, and does what that asks for.
final class RTMPSocket: ChannelInboundHandler, RTMPTransport {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// 64 KiB: more than nearly every picture takes.
    ///
    /// Memory that is not written to costs nothing.
    private static let publisherReadBytes = 64 << 10

    let connection: RTMPConnection
    let eventLoop: any EventLoop
    /// How it was received; `nil` where it came straight from the listener.
    private let arrival: Arrival?
    private var context: ChannelHandlerContext?
    private var writer: ConnectionWriter?
    /// Reads what it publishes, once it has published something.
    private var reader: PacedReader?

    init(endpoint: RTMPListener, arrival: Arrival?, eventLoop: any EventLoop) {
        connection = RTMPConnection(
            endpoint: endpoint, carrier: arrival?.isSecure == true ? .secureSocket : .socket,
            wasAdmitted: arrival != nil)
        self.arrival = arrival
        self.eventLoop = eventLoop
    }

    // MARK: Life of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
    }

    /// Whether bytes go on the wire as they are; otherwise the socket is left to those who encrypt them.
    private var isPlain: Bool { arrival?.isSecure != true }

    private func begin(_ context: ChannelHandlerContext) {
        self.context = context
        // No weak reference, which would make every read a slow one; the writer goes when the channel does.
        writer = ConnectionWriter(context: context, isPlain: isPlain, bytesSent: connection.metrics.bytesSent) {
            [connection] in
            connection.drained()
        }
        let arrival = arrival ?? Arrival(client: context.remoteAddress)
        connection.open(
            on: self, peerAddress: arrival.client?.peerAddress ?? "unknown", remoteAddress: arrival.client,
            isFromThisMachine: arrival.isFromThisMachine)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        reader?.noteRead(bytes.readableBytes)
        connection.receive(bytes, at: context.eventLoop.now)
    }

    func channelInactive(context: ChannelHandlerContext) {
        reader?.stop()
        reader = nil
        writer?.invalidate()
        connection.closed()
        self.context = nil
        // It holds the handler's place in the pipeline, and so the handler.
        writer = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.close(because: ConnectionFailure.reason(of: error))
    }

    // MARK: What the connection asks for

    var bytesWritten: Int { writer?.bytesWritten ?? 0 }

    var line: LineFigures? { context.flatMap { LineFigures(of: $0.channel) } }

    var directPath: DirectPath? { writer?.directPath }

    func write(_ bytes: ByteBuffer) -> Bool {
        writer?.write(bytes) ?? true
    }

    func countSent(_ bytes: Int) {
        writer?.countSent(bytes)
    }

    func closeWhenDrained() {
        writer?.closeWhenDrained()
    }

    func close() {
        writer?.close()
    }

    /// Reads with one call what a publisher sends at once.
    ///
    /// The channel's own guess goes up and down with every frame of picture and sound, and most pictures take two calls.
    func readAsPublisher() {
        try? context?.channel.syncOptions?.setOption(
            .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.publisherReadBytes))
    }

    func setReading(_ mode: ReadingMode) {
        guard let context else { return }
        if reader == nil, case .every = mode, isPlain {
            reader = PacedReader(connection, on: context.channel, rounds: connection.endpoint.readingRounds)
        }
        if let reader {
            reader.setMode(mode)
        } else {
            try? context.channel.syncOptions?.setOption(.autoRead, value: mode != .held)
        }
    }
}
