import NIOCore
import NIOWebSocket

/// A server's WebSocket frames, which are not masked: their headers are the same for every viewer, and the messages can be
/// shared (RFC 6455 §5.2).
extension ByteBuffer {
    /// Writes a message in one frame around what `content` writes, and nothing where that writes nothing.
    ///
    /// The header is made as long as content of `expectedLength` needs, and the content moved where it needs another.
    mutating func writeWebSocketMessage(
        _ opcode: WebSocketOpcode = .binary, ofAbout expectedLength: Int = 126, _ content: (inout ByteBuffer) -> Void
    ) {
        let start = writerIndex
        let expectedHeader = Self.webSocketHeaderLength(for: expectedLength)
        writeRepeatingByte(0, count: expectedHeader)
        content(&self)
        let count = writerIndex - start - expectedHeader
        guard count > 0 else { return moveWriterIndex(to: start) }
        let header = Self.webSocketHeaderLength(for: count)
        if header != expectedHeader { move(count, from: start + expectedHeader, to: start + header) }
        setInteger(Self.webSocketFirstByte(of: opcode), at: start)
        switch header {
        case 2: setInteger(UInt8(truncatingIfNeeded: count), at: start + 1)
        case 4:
            setInteger(UInt8(126), at: start + 1)
            setInteger(UInt16(truncatingIfNeeded: count), at: start + 2)
        default:
            setInteger(UInt8(127), at: start + 1)
            setInteger(UInt64(count), at: start + 2)
        }
    }

    /// Writes a control frame, which has at most 125 bytes (RFC 6455 §5.5).
    mutating func writeWebSocketControl(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) {
        let payload = payload.getSlice(at: payload.readerIndex, length: min(payload.readableBytes, 125)) ?? ByteBuffer()
        writeMultipleIntegers(Self.webSocketFirstByte(of: opcode), UInt8(payload.readableBytes))
        writeImmutableBuffer(payload)
    }

    /// Moves the last `count` bytes, which may overlap where they go.
    private mutating func move(_ count: Int, from source: Int, to destination: Int) {
        if destination > source { writeRepeatingByte(0, count: destination - source) }
        let (source, target) = (source - readerIndex, destination - readerIndex)
        withUnsafeMutableReadableBytes { bytes in
            let content = UnsafeRawBufferPointer(rebasing: bytes[source..<source + count])
            UnsafeMutableRawBufferPointer(rebasing: bytes[target..<target + count]).copyMemory(from: content)
        }
        moveWriterIndex(to: destination + count)
    }

    /// The lengths of headers by what is behind them: a server must use the shortest (RFC 6455 §5.2).
    private static func webSocketHeaderLength(for count: Int) -> Int {
        count < 126 ? 2 : count < 65_536 ? 4 : 10
    }

    /// The first byte of an unfragmented frame.
    private static func webSocketFirstByte(of opcode: WebSocketOpcode) -> UInt8 {
        0x80 | UInt8(webSocketOpcode: opcode)
    }
}
