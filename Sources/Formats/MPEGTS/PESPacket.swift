public import NIOCore

/// One PES packet as it was put together from transport packets (ISO/IEC 13818-1 §2.4.3.6).
public struct PESPacket: Equatable, Sendable {
    /// Where it was.
    public var identifier: PacketIdentifier
    /// What kind of stream it belongs to: 0xE0 … 0xEF video, 0xC0 … 0xDF sound, 0xBD sound of others than MPEG.
    public var streamID: UInt8
    /// Presentation time, 33 bits of 90 kHz ticks; `nil` when the packet has none.
    public var presentationTime: UInt64?
    /// Decoding time, 33 bits of 90 kHz ticks; the same as the presentation time when the packet has none of its own.
    public var decodeTime: UInt64?
    /// Whether the packet's first transport packet says that a decoder can start here.
    public var isRandomAccess: Bool
    /// The elementary stream's bytes.
    public var payload: ByteBuffer
}

extension PESPacket {
    /// Reads a whole packet.
    init(reading bytes: ByteBuffer, at identifier: PacketIdentifier, isRandomAccess: Bool) throws(MPEGTSFault) {
        var bytes = bytes
        let malformed = MPEGTSFault.malformedPESHeader(identifier)
        guard
            let (prefix, code, streamID, length) = bytes.readMultipleIntegers(
                as: (UInt16, UInt8, UInt8, UInt16).self),
            prefix == 0, code == 1
        else { throw malformed }
        guard length == 0 || Int(length) == bytes.readableBytes else { throw malformed }
        guard let (_, flags, headerLength) = bytes.readMultipleIntegers(as: (UInt8, UInt8, UInt8).self),
            var header = bytes.readSlice(length: Int(headerLength))
        else { throw malformed }
        var times: [UInt64] = []
        for bit: UInt8 in [0x80, 0x40] where flags & bit != 0 {
            guard let time = header.readTimestamp() else { throw .malformedTimestamp(identifier) }
            times.append(time)
        }
        // A decoding time alone is forbidden.
        guard flags & 0xC0 != 0x40 else { throw malformed }
        self.init(
            identifier: identifier, streamID: streamID, presentationTime: times.first, decodeTime: times.last,
            isRandomAccess: isRandomAccess, payload: bytes)
    }
}
