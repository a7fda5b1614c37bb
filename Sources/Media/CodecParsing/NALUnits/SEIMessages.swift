public import NIOCore

/// The messages in a supplemental enhancement NAL unit (ITU-T H.264 §7.3.2.3, H.265 §7.3.5, H.266 §7.3.6).
public struct SEIMessages: Sequence, IteratorProtocol, Sendable {
    /// One message.
    public struct Message: Hashable, Sendable {
        /// `payloadType`.
        public let type: Int
        /// The message, emulation prevention taken out.
        public let payload: ByteBuffer
    }

    private var rest: ByteBuffer

    /// Makes a sequence over the messages of `unit`, whose header is `headerLength` bytes: 1 in H.264, 2 in the others.
    public init(_ unit: ByteBuffer, headerLength: Int) {
        rest = unit.withoutEmulationPrevention()
        if rest.readSlice(length: headerLength) == nil { rest.moveReaderIndex(to: rest.writerIndex) }
    }

    /// The next message that is whole.
    public mutating func next() -> Message? {
        // A message has two bytes at least; a single one is the unit's trailing bits.
        guard rest.readableBytes >= 2, let type = rest.readSEINumber(), let size = rest.readSEINumber(),
            let payload = rest.readSlice(length: size)
        else { return nil }
        return Message(type: type, payload: payload)
    }
}

extension ByteBuffer {
    /// Reads a number that is the sum of bytes up to the first that is not 255.
    fileprivate mutating func readSEINumber() -> Int? {
        var value = 0
        while let byte = readInteger(as: UInt8.self) {
            value += Int(byte)
            if byte < 255 { return value }
        }
        return nil
    }
}
