import NIOCore

/// The header of a PES packet with its timestamps (ISO/IEC 13818-1 §2.4.3.6).
struct PESHeader {
    var streamID: UInt8
    /// Presentation time in unwrapped ticks of 90 kHz.
    var presentationTime: Int64
    /// Decoding time in unwrapped ticks of 90 kHz.
    var decodeTime: Int64

    /// The longest a PES packet can say that it is, counted from behind the length field, in bytes.
    static let longestLength = 65_535
    /// Bytes from behind the length field to the payload when both timestamps are written.
    static let longestRest = 13

    private var hasDecodeTime: Bool { SystemClock.reading(presentationTime) != SystemClock.reading(decodeTime) }

    /// Writes the header, its length left open until `finish`.
    func write(into destination: inout ByteBuffer) {
        destination.writeMultipleIntegers(UInt16(0), UInt8(1), streamID, UInt16(0))
        let (fixedBits, dataAlignment): (UInt8, UInt8) = (0x80, 0x04)
        destination.writeMultipleIntegers(
            fixedBits | dataAlignment, UInt8(hasDecodeTime ? 0xC0 : 0x80), UInt8(hasDecodeTime ? 10 : 5))
        destination.writeTimestamp(SystemClock.reading(presentationTime), prefix: hasDecodeTime ? 3 : 2)
        if hasDecodeTime { destination.writeTimestamp(SystemClock.reading(decodeTime), prefix: 1) }
    }

    /// Fills in the length of the packet that `bytes` holds from its first to its last byte; a packet too long for the
    /// field has none, which only video may (§2.4.3.7).
    static func finish(_ bytes: inout ByteBuffer) {
        let length = bytes.readableBytes - 6
        bytes.setInteger(length > longestLength ? 0 : UInt16(truncatingIfNeeded: length), at: bytes.readerIndex + 4)
    }
}
