import NIOCore

/// A protocol control message or user control message: types 1 to 6 (RTMP 1.0 §5.4, §6.2).
///
/// They take effect when they arrive, on whatever chunk stream and message stream; their timestamps mean nothing.
public enum ControlMessage: Sendable, Equatable {
    /// The sender's chunks carry up to this many bytes from the next one on, 1 … 0x7FFFFFFF (RTMP 1.0 §5.4.1).
    case setChunkSize(Int)
    /// The sender will not finish its message on this chunk stream (RTMP 1.0 §5.4.2).
    case abort(chunkStreamID: UInt32)
    /// How many bytes the sender has received so far, modulo 2^32 (RTMP 1.0 §5.4.3).
    case acknowledgement(UInt32)
    /// The sender wants an acknowledgement whenever it has sent this many bytes (RTMP 1.0 §5.4.4).
    case windowAcknowledgementSize(UInt32)
    /// The receiver should not send more than `window` bytes without an acknowledgement (RTMP 1.0 §5.4.5).
    case setPeerBandwidth(window: UInt32, limitType: PeerBandwidthLimitType)
    /// A user control event (RTMP 1.0 §6.2, §7.1.7).
    case user(UserControlEvent)

    /// Reads a control message; `nil` when `message` is none.
    ///
    /// Bytes beyond the fields are ignored.
    ///
    /// - Throws: `.controlMessageTooShort`, or `.chunkSizeOutOfRange` for 0 and for a value with the top bit set.
    public init?(parsing message: RTMPMessage) throws(RTMPFault) {
        var payload = message.payload
        let fault = RTMPFault.controlMessageTooShort(type: message.type, bytes: payload.readableBytes)
        func number() throws(RTMPFault) -> UInt32 {
            guard let value = payload.readInteger(as: UInt32.self) else { throw fault }
            return value
        }
        switch message.type {
        case .setChunkSize:
            let size = try number()
            guard 1...0x7FFF_FFFF ~= size else { throw .chunkSizeOutOfRange(size) }
            self = .setChunkSize(Int(size))
        case .abort:
            self = .abort(chunkStreamID: try number())
        case .acknowledgement:
            self = .acknowledgement(try number())
        case .windowAcknowledgementSize:
            self = .windowAcknowledgementSize(try number())
        case .setPeerBandwidth:
            let window = try number()
            guard let limitType = payload.readInteger(as: UInt8.self) else { throw fault }
            self = .setPeerBandwidth(window: window, limitType: PeerBandwidthLimitType(rawValue: limitType))
        case .userControl:
            guard let event = UserControlEvent(payload) else { throw fault }
            self = .user(event)
        default:
            return nil
        }
    }

    /// The message as it is sent: on message stream 0 at time 0.
    ///
    /// Belongs on chunk stream 2.
    public var message: RTMPMessage {
        var payload = ByteBuffer()
        let type: RTMPMessageType
        switch self {
        case .setChunkSize(let size):
            type = .setChunkSize
            payload.writeInteger(UInt32(min(max(size, 1), 0x7FFF_FFFF)))
        case .abort(let chunkStreamID):
            type = .abort
            payload.writeInteger(chunkStreamID)
        case .acknowledgement(let sequenceNumber):
            type = .acknowledgement
            payload.writeInteger(sequenceNumber)
        case .windowAcknowledgementSize(let window):
            type = .windowAcknowledgementSize
            payload.writeInteger(window)
        case .setPeerBandwidth(let window, let limitType):
            type = .setPeerBandwidth
            payload.writeMultipleIntegers(window, limitType.rawValue)
        case .user(let event):
            type = .userControl
            event.write(into: &payload)
        }
        return RTMPMessage(type: type, timestamp: 0, messageStreamID: 0, payload: payload)
    }
}

/// How a Set Peer Bandwidth is meant (RTMP 1.0 §5.4.5).
///
/// A peer may send values that have no name here.
public struct PeerBandwidthLimitType: RawRepresentable, Hashable, Sendable {
    /// The byte in the message.
    public let rawValue: UInt8

    /// Makes a limit type of the byte in the message.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The window holds.
    public static let hard = PeerBandwidthLimitType(rawValue: 0)
    /// The smaller one of this window and the one in force holds.
    public static let soft = PeerBandwidthLimitType(rawValue: 1)
    /// Hard if the last one was hard, otherwise nothing.
    public static let dynamic = PeerBandwidthLimitType(rawValue: 2)
}
