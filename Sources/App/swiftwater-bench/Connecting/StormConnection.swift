import NIOCore
import RTMPSession

/// One connection of a storm, until `connect` is answered or for as long as it is held.
final class StormConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var session: RTMPClientSession
    private let storm: ConnectionStorm
    private let hold: Bool
    private let startedAt: NIODeadline
    private var isAccepted = false

    init(url: RTMPURL, storm: ConnectionStorm, hold: Bool, startedAt: NIODeadline) {
        var random = SystemRandomNumberGenerator()
        session = RTMPClientSession(
            configuration: RTMPClientSession.Configuration(url: url), now: startedAt, using: &random)
        self.storm = storm
        self.hold = hold
        self.startedAt = startedAt
    }

    func channelActive(context: ChannelHandlerContext) {
        drain(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(RTMPFault) {
            try session.receive(unwrapInboundIn(data), now: .now())
        } catch {
            context.close(promise: nil)
        }
        drain(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isAccepted { storm.fail("closed by the server") }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func drain(_ context: ChannelHandlerContext) {
        while let output = session.nextOutput() {
            switch output {
            case .send(let bytes): context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            case .event(.connected):
                isAccepted = true
                storm.accepted += 1
                storm.answer.add((NIODeadline.now() - startedAt).magnitude)
                if !hold { context.close(promise: nil) }
            case .event: break
            case .close: context.close(promise: nil)
            }
        }
    }
}

extension TimeAmount {
    fileprivate var magnitude: UInt64 { nanoseconds.magnitude }
}
