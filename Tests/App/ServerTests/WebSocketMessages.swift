import NIOCore

/// What a client says to make a connection a WebSocket, besides the first line.
let webSocketFields = """
    Host: localhost\r
    Connection: Upgrade\r
    Upgrade: websocket\r
    Sec-WebSocket-Version: 13\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n
    """

/// One frame of a server.
struct WebSocketMessage {
    let opcode: UInt8
    let payload: ByteBuffer
}

/// The frames behind the head of the answer, as far as they are complete.
func webSocketMessages(in bytes: ByteBuffer) -> [WebSocketMessage] {
    guard let head = bytes.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)) else { return [] }
    var bytes = bytes
    bytes.moveReaderIndex(to: head.upperBound)
    var messages: [WebSocketMessage] = []
    while let first: UInt8 = bytes.readInteger(), let short: UInt8 = bytes.readInteger() {
        let length: Int? =
            switch short {
            case 126: bytes.readInteger(as: UInt16.self).map(Int.init)
            case 127: bytes.readInteger(as: UInt64.self).map { Int($0) }
            default: Int(short)
            }
        guard let length, let payload = bytes.readSlice(length: length) else { break }
        messages.append(WebSocketMessage(opcode: first & 0x0F, payload: payload))
    }
    return messages
}
