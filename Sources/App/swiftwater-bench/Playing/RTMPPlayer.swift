import NIOCore
import RTMPSession

/// A player over RTMP.
final class RTMPPlayer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var session: RTMPClientSession
    private let audience: Audience
    private let habit: ReadingHabit
    private var receiver: FrameReceiver
    private var reason: String?

    /// Makes a player at the moment when its connection is begun.
    init(url: RTMPURL, audience: Audience, habit: ReadingHabit, startedAt: NIODeadline) throws {
        var random = SystemRandomNumberGenerator()
        var configuration = RTMPClientSession.Configuration(url: url)
        // A player of old: what comes is compared byte for byte with what was published in that form.
        configuration.capabilities = RTMPCapabilities()
        session = RTMPClientSession(configuration: configuration, now: startedAt, using: &random)
        try session.perform(.play(name: url.streamName, start: .live), now: startedAt)
        self.audience = audience
        self.habit = habit
        receiver = FrameReceiver(audience: audience, startedAt: startedAt.uptimeNanoseconds)
    }

    func channelActive(context: ChannelHandlerContext) {
        drain(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        audience.tally.bytes += bytes.readableBytes
        do throws(RTMPFault) {
            try session.receive(bytes, now: .now())
        } catch {
            reason = "\(error)"
            context.close(promise: nil)
        }
        drain(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        audience.fail(reason ?? "closed by the server")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = "\(error)"
        context.close(promise: nil)
    }

    private func drain(_ context: ChannelHandlerContext) {
        while let output = session.nextOutput() {
            switch output {
            case .send(let bytes): context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            case .event(.media(let messages)):
                let now = NIODeadline.now().uptimeNanoseconds
                for message in messages where message.kind != .data {
                    receiver.receive(message.payload, isVideo: message.kind == .video, now: now)
                }
            case .event(.playStarted): habit.begin(on: context.channel)
            case .event(.failed(let code, let description)): reason = "\(code) \(description)"
            case .event: break
            case .close: context.close(promise: nil)
            }
        }
    }
}
