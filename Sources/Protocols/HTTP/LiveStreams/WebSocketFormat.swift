import MediaModel
import NIOCore
import StreamHub

/// Another format's bytes in binary WebSocket messages, one for each element (RFC 6455 §5.2).
struct WebSocketFormat: WireFormat {
    private let inner: any WireFormat

    init(_ inner: any WireFormat) {
        self.inner = inner
    }

    var name: String { "ws-" + inner.name }

    var substitute: (any WireFormat)? { inner.substitute.map { WebSocketFormat($0) } }

    func makeWriter() -> any WireWriter { WebSocketWriter(inner: inner.makeWriter()) }
}

/// Puts what another writer writes into messages.
struct WebSocketWriter: WireWriter {
    var inner: any WireWriter

    mutating func writeOpening(tracks: [Track], into bytes: inout ByteBuffer) {
        bytes.writeWebSocketMessage { inner.writeOpening(tracks: tracks, into: &$0) }
    }

    mutating func writePrelude(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {
        bytes.writeWebSocketMessage {
            inner.writePrelude(
                tracks: tracks, metadata: metadata, timestampMilliseconds: timestampMilliseconds, into: &$0)
        }
    }

    mutating func writeChange(
        tracks: [Track], metadata: DataMessage?, timestampMilliseconds: Int64, into bytes: inout ByteBuffer
    ) {
        bytes.writeWebSocketMessage {
            inner.writeChange(
                tracks: tracks, metadata: metadata, timestampMilliseconds: timestampMilliseconds, into: &$0)
        }
    }

    mutating func prepareJoinPoint(tracks: [Track], arrived: NIODeadline, into bytes: inout ByteBuffer) {
        bytes.writeWebSocketMessage { inner.prepareJoinPoint(tracks: tracks, arrived: arrived, into: &$0) }
    }

    mutating func write(_ frame: MediaFrame, into bytes: inout ByteBuffer) {
        bytes.writeWebSocketMessage(ofAbout: frame.payload.readableBytes) { inner.write(frame, into: &$0) }
    }

    mutating func write(_ message: DataMessage, into bytes: inout ByteBuffer) {
        bytes.writeWebSocketMessage { inner.write(message, into: &$0) }
    }
}
