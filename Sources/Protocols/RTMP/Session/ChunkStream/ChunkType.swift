/// How much of the message header a chunk carries: `fmt`, the top two bits of its first byte (RTMP 1.0 §5.3.1.2).
enum ChunkType: UInt8 {
    /// Type 0: absolute timestamp, length, type and message stream id.
    case full = 0
    /// Type 1: timestamp delta, length and type.
    case sameMessageStream = 1
    /// Type 2: timestamp delta.
    case sameLength = 2
    /// Type 3: nothing. Goes on with a message, or starts one that is like the last.
    case headerless = 3

    /// The size of the message header without extended timestamp, in bytes.
    var messageHeaderSize: Int {
        switch self {
        case .full: 11
        case .sameMessageStream: 7
        case .sameLength: 3
        case .headerless: 0
        }
    }
}
