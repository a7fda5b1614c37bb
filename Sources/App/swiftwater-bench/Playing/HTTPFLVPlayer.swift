import FLV
import NIOCore

/// A player of FLV over HTTP.
final class HTTPFLVPlayer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let url: HTTPAddress
    private let audience: Audience
    private let habit: ReadingHabit
    private var receiver: FrameReceiver
    private var reason: String?
    private var reader = FLVFileReader()
    /// What came of the answer's head; `nil` behind it.
    private var head: ByteBuffer? = ByteBuffer()

    private static let longestHead = 8192

    init(url: HTTPAddress, audience: Audience, habit: ReadingHabit, startedAt: NIODeadline) {
        self.url = url
        self.audience = audience
        self.habit = habit
        receiver = FrameReceiver(audience: audience, startedAt: startedAt.uptimeNanoseconds)
    }

    func channelActive(context: ChannelHandlerContext) {
        let request = "GET \(url.target) HTTP/1.1\r\nHost: \(url.host):\(url.port)\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        audience.tally.bytes += bytes.readableBytes
        if head != nil {
            guard let rest = passHead(&bytes, context) else { return }
            bytes = rest
            habit.begin(on: context.channel)
        }
        reader.append(bytes)
        do throws(FLVFault) {
            let now = NIODeadline.now().uptimeNanoseconds
            while let tag = try reader.nextTag() {
                if tag.type != .scriptData { receiver.receive(tag.body, isVideo: tag.type == .video, now: now) }
            }
        } catch {
            close(context, because: "\(error)")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        audience.fail(reason ?? "closed by the server")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(context, because: "\(error)")
    }

    /// Gathers the answer's head; returns what follows it once it is whole and promises a stream.
    private func passHead(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) -> ByteBuffer? {
        head?.writeBuffer(&bytes)
        guard var soFar = head else { return nil }
        let view = soFar.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else {
            if view.count > Self.longestHead { close(context, because: "an endless answer") }
            return nil
        }
        let text = soFar.readString(length: end - view.startIndex) ?? ""
        guard text.hasPrefix("HTTP/1.1 200") || text.hasPrefix("HTTP/1.0 200") else {
            close(context, because: String(text.prefix { $0 != "\r\n" }))
            return nil
        }
        guard !text.lowercased().contains("transfer-encoding: chunked") else {
            close(context, because: "the answer comes in HTTP chunks, which this player cannot read")
            return nil
        }
        head = nil
        return soFar
    }

    private func close(_ context: ChannelHandlerContext, because reason: String) {
        if self.reason == nil { self.reason = reason }
        context.close(promise: nil)
    }
}
