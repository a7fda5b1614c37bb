import CodecParsing
public import NIOCore

/// An Opus packet in a transport stream: behind a control header that says how long it is ("Opus in MPEG-2
/// Transport Streams", xiph.org, §4).
public enum OpusAccessUnit {
    /// The bytes before a packet of `length` bytes: the mark, and the length in steps of 255.
    static func headerLength(of length: Int) -> Int { 2 + length / 255 + 1 }

    /// Appends a packet behind its header.
    static func write(_ packet: ByteBuffer, into destination: inout ByteBuffer) {
        let length = packet.readableBytes
        destination.writeInteger(prefix)
        destination.writeRepeatingByte(0xFF, count: length / 255)
        destination.writeInteger(UInt8(truncatingIfNeeded: length % 255))
        destination.writeImmutableBuffer(packet)
    }

    /// Reads the next packet of a PES packet's payload, or returns `nil` at its end and when what follows is none.
    ///
    /// What the header says about trimming is passed over.
    public static func readPacket(from payload: inout ByteBuffer) -> ByteBuffer? {
        var bytes = payload
        guard let control = bytes.readInteger(as: UInt16.self), control & 0xFFE0 == prefix else { return nil }
        var length = 0
        while true {
            guard let step = bytes.readInteger(as: UInt8.self) else { return nil }
            length += Int(step)
            if step < 255 { break }
        }
        let (startTrim, endTrim, hasExtension) = (control & 0x10 != 0, control & 0x08 != 0, control & 0x04 != 0)
        guard bytes.readSlice(length: (startTrim ? 2 : 0) + (endTrim ? 2 : 0)) != nil else { return nil }
        if hasExtension {
            guard let extensionLength = bytes.readInteger(as: UInt8.self),
                bytes.readSlice(length: Int(extensionLength)) != nil
            else { return nil }
        }
        guard let packet = bytes.readSlice(length: length) else { return nil }
        payload = bytes
        return packet
    }

    /// `control_header_prefix`, eleven bits of 0x3FF, without trimming and extension.
    private static let prefix: UInt16 = 0x7FE0

    /// `channel_config_code`: the number of channels when they lie as Opus orders them by itself, or as many as there are
    /// streams, each of one channel; `nil` when the descriptor has no code for the mapping.
    static func channelConfiguration(of header: OpusIdentificationHeader) -> UInt8? {
        guard let code = UInt8(exactly: header.channelCount), (1...8).contains(code) else { return nil }
        guard let mapping = header.channelMapping else { return code <= 2 ? code : nil }
        let vorbisOrder: UInt8 = 1
        guard mapping.family == vorbisOrder, mapping.streamCount == code - min(mapping.coupledCount, code) else {
            return nil
        }
        let table = Array(mapping.table.readableBytesView)
        if mapping.coupledCount == coupledStreams[Int(code)], table == usualTables[Int(code)] { return code }
        return mapping.coupledCount == 0 && code > 1 && table == Array(0..<code) ? 0x80 | code : nil
    }

    /// Coupled streams by the number of channels, as encoders divide them (RFC 7845 §5.1.1.2, libopus).
    private static let coupledStreams: [UInt8] = [0, 0, 1, 1, 2, 2, 2, 3, 3]
    /// Which decoded channel each output channel is, by their number.
    private static let usualTables: [[UInt8]] = [
        [], [0], [0, 1], [0, 2, 1], [0, 1, 2, 3], [0, 4, 1, 2, 3], [0, 4, 1, 2, 3, 5], [0, 4, 1, 2, 3, 5, 6],
        [0, 6, 1, 2, 3, 4, 5, 7],
    ]
}
