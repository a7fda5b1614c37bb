import NIOCore

/// Hands what is to be encrypted on by the record, and has each record sent before the next is made.
///
/// NIOSSL gathers what it encrypts until a flush, in a buffer that stays as large as it once was for as long as the
/// connection lives: a quarter of a MiB for each viewer that was sent all that a stream had ready when it came, and
/// megabytes for who fetched a segment.
final class RecordSizedWrites: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes of a record at most: 16 KiB (RFC 8446 §5.1).
    private static let recordBytes = 16 << 10

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var bytes = unwrapOutboundIn(data)
        while bytes.readableBytes > Self.recordBytes, let record = bytes.readSlice(length: Self.recordBytes) {
            context.writeAndFlush(wrapOutboundOut(record), promise: nil)
        }
        context.write(wrapOutboundOut(bytes), promise: promise)
    }
}
