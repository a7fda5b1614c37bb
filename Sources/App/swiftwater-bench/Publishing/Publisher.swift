import AMF
import NIOCore
import RTMPSession

/// A publisher over RTMP that sends what its encoder makes, when it makes it.
final class Publisher: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var session: RTMPClientSession
    private let number: Int
    private let rhythm: EncoderRhythm
    private let newsroom: Newsroom
    private var encoder: PacedEncoder?
    private var messageStreamID: UInt32 = 0
    private var timer: Scheduled<Void>?
    private var reason: String?

    init(number: Int, url: RTMPURL, rhythm: EncoderRhythm, newsroom: Newsroom) throws {
        var random = SystemRandomNumberGenerator()
        session = RTMPClientSession(
            configuration: RTMPClientSession.Configuration(url: url), now: .now(), using: &random)
        try session.perform(.publish(name: url.streamName), now: .now())
        self.number = number
        self.rhythm = rhythm
        self.newsroom = newsroom
    }

    func channelActive(context: ChannelHandlerContext) {
        drain(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(RTMPFault) {
            try session.receive(unwrapInboundIn(data), now: .now())
        } catch {
            reason = "\(error)"
            context.close(promise: nil)
        }
        drain(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        newsroom.fail(reason ?? "closed by the server")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = "\(error)"
        context.close(promise: nil)
    }

    private func drain(_ context: ChannelHandlerContext) {
        while let output = session.nextOutput() {
            switch output {
            case .send(let bytes):
                newsroom.tally.bytes += bytes.readableBytes
                context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            case .event(.publishStarted(let id)):
                messageStreamID = id
                begin(context)
            case .event(.failed(let code, let description)): reason = "\(code) \(description)"
            case .event: break
            case .close: context.close(promise: nil)
            }
        }
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard encoder == nil else { return }
        newsroom.live += 1
        let metadata: AMF0Value = .object([
            AMFProperty("width", .number(1280)), AMFProperty("height", .number(720)),
            AMFProperty("framerate", .number(rhythm.framesPerSecond)), AMFProperty("videocodecid", .number(7)),
            AMFProperty("audiocodecid", .number(10)), AMFProperty("audiosamplerate", .number(48_000)),
        ])
        var message = ByteBuffer()
        message.writeAMF0("onMetaData")
        message.writeAMF0(metadata)
        send(.data, message, timestamp: 0)
        send(.video, StampedBody.videoConfiguration, timestamp: 0)
        if rhythm.audioBitsPerSecond > 0 {
            send(.audio, StampedBody.audioConfiguration, timestamp: 0)
            for track in sideTracks { send(.audio, StampedBody.sideConfiguration(of: track), timestamp: 0) }
        }
        // Encoders were not all started at the same moment.
        let spread = UInt64(number) &* 0x9E37_79B9 % UInt64(1e9 / rhythm.framesPerSecond)
        encoder = PacedEncoder(
            rhythm: rhythm, publisher: number, start: NIODeadline.now().uptimeNanoseconds + spread)
        schedule(context)
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard let due = encoder?.nextDue else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(due)) {
            self.sendWhatIsDue(context)
            self.drain(context)
            self.schedule(context)
        }
    }

    private func sendWhatIsDue(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now().uptimeNanoseconds
        newsroom.tally.lateness.add(now &- min(now, encoder?.nextDue ?? now))
        while let frame = encoder?.next(at: now) {
            newsroom.tally.frames += 1
            let body = frame.body(sentAt: NIODeadline.now().uptimeNanoseconds)
            send(frame.isVideo ? .video : .audio, body, timestamp: frame.timestampMilliseconds)
            guard !frame.isVideo else { continue }
            for track in sideTracks {
                send(
                    .audio, StampedBody.side(of: track, sequence: newsroom.tally.frames),
                    timestamp: frame.timestampMilliseconds)
            }
        }
    }

    /// Their numbers: that of the main track is 0.
    private var sideTracks: Range<UInt8> { 1..<UInt8(1 + rhythm.sideTracks) }

    private func send(_ kind: RTMPMedia.Kind, _ body: ByteBuffer, timestamp: UInt32) {
        session.sendMedia(
            kind, timestamp: timestamp, messageStreamID: messageStreamID, prefix: ByteBuffer(), payload: body)
    }
}

/// The publishers of one event loop, and what they sent together.
final class Newsroom {
    /// What publishers counted.
    struct Tally: Sendable {
        var bytes = 0
        var frames = 0
        /// How much later than due frames were sent, because this program was busy.
        var lateness = Histogram()
    }

    var tally = Tally()
    var live = 0
    var failures: [String: Int] = [:]
    var isOver = false

    func fail(_ reason: String) {
        guard !isOver else { return }
        failures[reason, default: 0] += 1
    }
}
