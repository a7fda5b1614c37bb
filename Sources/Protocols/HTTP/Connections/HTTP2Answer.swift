import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Says in HTTP/2 what an endless answer says in HTTP/1.1: its head in fields of its own, then its bytes, and its end as
/// the end of the stream.
///
/// It stands between a stream's codec and a viewer that writes bytes (RFC 9113 §8.1).
final class HTTP2Answer: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTPResponsePart

    private var hasHead = false
    private var hasEnded = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var bytes = unwrapOutboundIn(data)
        if !hasHead, bytes.readableBytes > 0 {
            hasHead = true
            context.write(wrapOutboundOut(.head(Self.head(from: &bytes))), promise: nil)
        }
        context.write(wrapOutboundOut(.body(bytes)), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        guard !hasEnded else { return promise?.succeed(()) ?? () }
        hasEnded = true
        guard hasHead else { return context.close(mode: .all, promise: promise) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    /// Takes the head of our own making, which comes in one piece.
    static func head(from bytes: inout ByteBuffer) -> HTTPResponse {
        var response = HTTPResponse(status: .ok)
        let end = ByteBuffer(string: "\r\n\r\n").readableBytesView
        guard let range = bytes.readableBytesView.firstRange(of: end),
            let head = bytes.readString(length: range.upperBound - bytes.readerIndex)
        else { return response }
        for (index, line) in head.split(separator: "\r\n").enumerated() {
            if index == 0 {
                let words = line.split(separator: " ", maxSplits: 2)
                let status = words.count > 1 ? Int(words[1]) : nil
                response.status = HTTPResponse.Status(code: status ?? 200)
            } else if let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])),
                // RFC 9113 §8.2.2: it speaks of a connection, which goes on.
                name != .connection
            {
                response.headerFields[name] = String(line[line.index(after: colon)...].drop { $0 == " " })
            }
        }
        return response
    }
}
