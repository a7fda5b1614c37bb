import NIOCore
import NIOWebSocket

/// What a viewer's WebSocket frames call for (RFC 6455 §5, §7).
///
/// A viewer has nothing to say: its messages are passed over, whatever they hold. But they must be messages.
struct WebSocketListening {
    /// The longest frame that is read, in bytes: 4,096.
    ///
    /// There is no message of a viewer's that anybody waits for; control frames have 125 at most.
    static let longestFrame = 4_096

    /// What is to be done.
    enum Reaction: Equatable {
        case nothing
        /// A pong with the ping's content.
        case pong(ByteBuffer)
        /// The viewer closes: an answer with its own status.
        case close(ByteBuffer)
        /// The viewer broke the protocol: a close with a status, and words for the log.
        case fail(WebSocketErrorCode, String)
    }

    private var isWithinMessage = false

    /// Takes one frame.
    mutating func receive(_ frame: WebSocketFrame) -> Reaction {
        // §5.1: a client masks what it sends, and a server closes the connection to one that does not.
        guard frame.maskKey != nil else { return .fail(.protocolError, "a frame without mask") }
        guard !frame.rsv1, !frame.rsv2, !frame.rsv3 else {
            return .fail(.protocolError, "a frame of an extension that was not agreed on")
        }
        switch frame.opcode {
        case .ping: return .pong(frame.unmaskedData)
        case .pong: return .nothing
        case .connectionClose: return Self.answer(toClose: frame.unmaskedData)
        case .text, .binary:
            guard !isWithinMessage else { return .fail(.protocolError, "a message within a message") }
            isWithinMessage = !frame.fin
            return .nothing
        case .continuation:
            guard isWithinMessage else { return .fail(.protocolError, "a continuation of no message") }
            isWithinMessage = !frame.fin
            return .nothing
        default:
            return .fail(.protocolError, "a frame with a reserved opcode")
        }
    }

    /// What a frame calls for that could not be read; `nil` for errors of another kind.
    static func reaction(to error: any Error) -> Reaction? {
        switch error {
        case NIOWebSocketError.invalidFrameLength:
            .fail(.messageTooLarge, "a frame of more than \(longestFrame) bytes")
        case NIOWebSocketError.fragmentedControlFrame: .fail(.protocolError, "a control frame in fragments")
        case NIOWebSocketError.multiByteControlFrameLength:
            .fail(.protocolError, "a control frame of more than 125 bytes")
        default: nil
        }
    }

    /// The content of a close frame is empty, or a status and a reason in UTF-8 (§5.5.1, §7.4).
    private static func answer(toClose content: ByteBuffer) -> Reaction {
        guard content.readableBytes > 0 else { return .close(content) }
        var content = content
        let whole = content
        guard let status = content.readInteger(as: UInt16.self), isStatus(status) else {
            return .fail(.protocolError, "a close without a status that may be sent")
        }
        guard String(validating: content.readableBytesView, as: UTF8.self) != nil else {
            return .fail(.dataInconsistentWithMessage, "a close with a reason that is no UTF-8")
        }
        return .close(whole.getSlice(at: whole.readerIndex, length: 2) ?? ByteBuffer())
    }

    /// Whether a peer may send this status (§7.4.1, §7.4.2).
    private static func isStatus(_ status: UInt16) -> Bool {
        switch status {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
