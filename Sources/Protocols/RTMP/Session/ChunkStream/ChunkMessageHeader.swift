import ByteCoding
import NIOCore

/// The fields of a chunk message header of type 0, 1 or 2, with its extended timestamp (RTMP 1.0 §5.3.1.2, §5.3.1.3).
struct ChunkMessageHeader: Equatable {
    /// The value of the 24-bit time field which says that the time follows in 32 bits.
    static let extendedTimestampMark: UInt32 = 0xFF_FFFF

    /// The absolute timestamp in type 0, the timestamp delta in types 1 and 2; milliseconds.
    var time: UInt32
    /// Whether `time` came, or has to go, as an extended timestamp.
    var isExtended: Bool
    /// The length of the message in bytes; in types 0 and 1 only.
    var length = 0
    /// The type of the message; in types 0 and 1 only.
    var messageType = RTMPMessageType(rawValue: 0)
    /// The message stream; in type 0 only.
    var messageStreamID: UInt32 = 0

    init(time: UInt32, length: Int, messageType: RTMPMessageType, messageStreamID: UInt32) {
        self.time = time
        self.isExtended = time >= Self.extendedTimestampMark
        self.length = length
        self.messageType = messageType
        self.messageStreamID = messageStreamID
    }

    /// Reads the header of a chunk of `type`, or returns `nil` when not all of it is there; `bytes` may then have been
    /// moved.
    init?(reading bytes: inout ByteBuffer, type: ChunkType) {
        guard let time = bytes.readUInt24() else { return nil }
        if type == .full || type == .sameMessageStream {
            guard let length = bytes.readUInt24(), let messageType = bytes.readInteger(as: UInt8.self) else {
                return nil
            }
            self.length = Int(length)
            self.messageType = RTMPMessageType(rawValue: messageType)
        }
        if type == .full {
            guard let id = bytes.readInteger(endianness: .little, as: UInt32.self) else { return nil }
            messageStreamID = id
        }
        isExtended = time == Self.extendedTimestampMark
        if isExtended {
            guard let extended = bytes.readInteger(as: UInt32.self) else { return nil }
            self.time = extended
        } else {
            self.time = time
        }
    }

    /// Writes the fields that a chunk of `type` has.
    func write(into bytes: inout ByteBuffer, type: ChunkType) {
        guard type != .headerless else { return }
        bytes.writeUInt24(isExtended ? Self.extendedTimestampMark : time)
        if type == .full || type == .sameMessageStream {
            bytes.writeUInt24(UInt32(truncatingIfNeeded: length))
            bytes.writeInteger(messageType.rawValue)
        }
        if type == .full {
            bytes.writeInteger(messageStreamID, endianness: .little)
        }
        if isExtended {
            bytes.writeInteger(time)
        }
    }
}
