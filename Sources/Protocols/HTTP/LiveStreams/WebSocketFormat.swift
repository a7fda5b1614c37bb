import MediaModel
import NIOCore
import NIOWebSocket
import StreamHub

/// Another format's bytes in binary WebSocket messages, one for each element (RFC 6455 §5.2).
///
/// A server's frames are not masked, so their headers are the same for every viewer and the messages can be shared.
struct WebSocketFormat: WireFormat {
    private let inner: any WireFormat
    let name: String

    init(_ inner: any WireFormat) {
        self.inner = inner
        name = "ws-" + inner.name
    }

    func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {
        message(into: &bytes) { inner.writeOpening(tracks: tracks, into: &$0) }
    }

    func writePrelude(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {
        message(into: &bytes) {
            inner.writePrelude(
                tracks: tracks, metadata: metadata, timestampMilliseconds: timestampMilliseconds, into: &$0)
        }
    }

    func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
        message(into: &bytes) { inner.write(frame, into: &$0) }
    }

    func write(_ message: DataMessage, into bytes: inout ByteBuffer) {
        self.message(into: &bytes) { inner.write(message, into: &$0) }
    }

    /// The first byte of an unfragmented frame.
    static func firstByte(of opcode: WebSocketOpcode) -> UInt8? {
        0x80 | UInt8(webSocketOpcode: opcode)
    }

    /// Writes the content behind room for the commonest length, and moves it where it needs another.
    private func message(into bytes: inout ByteBuffer, _ content: (inout ByteBuffer) -> Void) {
        let start = bytes.writerIndex
        bytes.writeMultipleIntegers(UInt8(0x82), UInt8(126), UInt16(0))
        content(&bytes)
        let count = bytes.writerIndex - start - 4
        switch count {
        case ...0:
            bytes.moveWriterIndex(to: start)
        case ..<126:
            move(count, of: &bytes, from: start + 4, by: -2)
            bytes.setInteger(UInt8(count), at: start + 1)
        case ..<65_536:
            bytes.setInteger(UInt16(count), at: start + 2)
        default:
            bytes.writeRepeatingByte(0, count: 6)
            move(count, of: &bytes, from: start + 4, by: 6)
            bytes.setInteger(UInt8(127), at: start + 1)
            bytes.setInteger(UInt64(count), at: start + 2)
        }
    }

    private func move(_ count: Int, of bytes: inout ByteBuffer, from index: Int, by distance: Int) {
        guard let content = bytes.getSlice(at: index, length: count) else { return }
        bytes.setBuffer(content, at: index + distance)
        bytes.moveWriterIndex(to: index + distance + count)
    }
}
