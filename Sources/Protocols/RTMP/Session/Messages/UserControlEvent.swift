public import NIOCore

/// What a user control message says (RTMP 1.0 §6.2, §7.1.7; 26 to 32 come from Flash Media Server).
public enum UserControlEvent: Sendable, Equatable {
    /// 0: the message stream can be used from now on.
    case streamBegin(messageStreamID: UInt32)
    /// 1: playback of the message stream is over.
    case streamEOF(messageStreamID: UInt32)
    /// 2: there has been nothing to send on the message stream for a while.
    case streamDry(messageStreamID: UInt32)
    /// 3: the client keeps this much of the message stream in its buffer.
    case setBufferLength(messageStreamID: UInt32, milliseconds: UInt32)
    /// 4: the message stream is a recording.
    case streamIsRecorded(messageStreamID: UInt32)
    /// 6: asks for a `pingResponse` with the same number, the sender's time in milliseconds.
    case pingRequest(UInt32)
    /// 7: answers a `pingRequest`.
    case pingResponse(UInt32)
    /// 26: asks the client to prove which SWF file it is. The payload is a version, or missing.
    case swfVerifyRequest(ByteBuffer)
    /// 27: answers an `swfVerifyRequest`, with 42 bytes.
    case swfVerifyResponse(ByteBuffer)
    /// 31: the server's buffer for the message stream is empty.
    case bufferEmpty(messageStreamID: UInt32)
    /// 32: the server's buffer for the message stream is full again.
    case bufferReady(messageStreamID: UInt32)
    /// Any other event, to be passed over.
    case unknown(event: UInt16, payload: ByteBuffer)

    /// Reads an event; `nil` when its fields are not all there.
    ///
    /// Bytes beyond them are ignored.
    init?(_ payload: ByteBuffer) {
        var payload = payload
        guard let event = payload.readInteger(as: UInt16.self) else { return nil }
        switch event {
        case 26: self = .swfVerifyRequest(payload)
        case 27: self = .swfVerifyResponse(payload)
        case 0...4, 6, 7, 31, 32:
            guard let number = payload.readInteger(as: UInt32.self) else { return nil }
            switch event {
            case 0: self = .streamBegin(messageStreamID: number)
            case 1: self = .streamEOF(messageStreamID: number)
            case 2: self = .streamDry(messageStreamID: number)
            case 3:
                guard let milliseconds = payload.readInteger(as: UInt32.self) else { return nil }
                self = .setBufferLength(messageStreamID: number, milliseconds: milliseconds)
            case 4: self = .streamIsRecorded(messageStreamID: number)
            case 6: self = .pingRequest(number)
            case 7: self = .pingResponse(number)
            case 31: self = .bufferEmpty(messageStreamID: number)
            default: self = .bufferReady(messageStreamID: number)
            }
        default:
            self = .unknown(event: event, payload: payload)
        }
    }

    /// Writes the payload of the user control message.
    func write(into payload: inout ByteBuffer) {
        switch self {
        case .streamBegin(let id): payload.writeMultipleIntegers(UInt16(0), id)
        case .streamEOF(let id): payload.writeMultipleIntegers(UInt16(1), id)
        case .streamDry(let id): payload.writeMultipleIntegers(UInt16(2), id)
        case .setBufferLength(let id, let milliseconds):
            payload.writeMultipleIntegers(UInt16(3), id, milliseconds)
        case .streamIsRecorded(let id): payload.writeMultipleIntegers(UInt16(4), id)
        case .pingRequest(let time): payload.writeMultipleIntegers(UInt16(6), time)
        case .pingResponse(let time): payload.writeMultipleIntegers(UInt16(7), time)
        case .bufferEmpty(let id): payload.writeMultipleIntegers(UInt16(31), id)
        case .bufferReady(let id): payload.writeMultipleIntegers(UInt16(32), id)
        case .swfVerifyRequest(let rest): write(26, rest, into: &payload)
        case .swfVerifyResponse(let rest): write(27, rest, into: &payload)
        case .unknown(let event, let rest): write(event, rest, into: &payload)
        }
    }

    private func write(_ event: UInt16, _ rest: ByteBuffer, into payload: inout ByteBuffer) {
        payload.writeInteger(event)
        payload.writeImmutableBuffer(rest)
    }
}
