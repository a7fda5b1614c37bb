import AMF
import NIOCore

/// What a data message says, freed of the forms in which it came (RTMP 1.0 §7.1.2).
enum DataPayload: Sendable {
    /// AMF0 values for the receivers of the stream, of which the first is this name.
    case values(name: String, ByteBuffer)
    /// `@clearDataFrame`: what was kept under the name is void.
    case cleared(name: String)

    /// Reads a data message in either form; `nil` when it is none that anybody could read.
    ///
    /// Takes off the format selector of the AMF3 form, the numbers that a camera maker writes in front, and
    /// `@setDataFrame`. FFmpeg's time code messages, which are no AMF, come to nothing.
    init?(_ message: RTMPMessage) {
        var payload = message.payload
        if message.type == .dataAMF3 {
            guard payload.readInteger(as: UInt8.self) == 0 else { return nil }
        }
        while payload.skipToString(), let name = AMF0Decoder.leadingString(of: payload) {
            switch name {
            case "@setDataFrame":
                _ = AMF0Decoder.readLeadingString(&payload)
            case "@clearDataFrame":
                _ = AMF0Decoder.readLeadingString(&payload)
                self = .cleared(name: AMF0Decoder.leadingString(of: payload) ?? Self.metadata)
                return
            default:
                self = .values(name: name, payload)
                return
            }
        }
        return nil
    }

    /// The name of the message that describes the stream.
    static let metadata = "onMetaData"
}

extension ByteBuffer {
    /// Passes over numbers, truth values, nulls and undefined values up to a string; `false` when none follows.
    fileprivate mutating func skipToString() -> Bool {
        while let marker = getInteger(at: readerIndex, as: UInt8.self) {
            let size: Int
            switch marker {
            case 0x02, 0x0C: return true
            case 0x00: size = 9
            case 0x01: size = 2
            case 0x05, 0x06: size = 1
            default: return false
            }
            guard readSlice(length: size) != nil else { return false }
        }
        return false
    }
}
