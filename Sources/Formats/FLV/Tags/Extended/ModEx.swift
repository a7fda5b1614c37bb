import ByteCoding
public import NIOCore

/// A modifier of the packet that it stands before (Enhanced RTMP v2, "ModEx").
public struct ModEx: Hashable, Sendable {
    /// What it modifies, 0 … 15; 0 is ``timestampOffsetNano``, the others are reserved.
    public let type: UInt8
    /// What it says, 1 … 65,536 bytes.
    public let payload: ByteBuffer

    /// `TimestampOffsetNano`: the payload begins with nanoseconds in 24 bits.
    public static let timestampOffsetNano: UInt8 = 0

    /// How many modifiers may stand before one packet.
    ///
    /// 16: the specification knows one, and a message of some megabytes has room for a million.
    public static let longestChain = 16

    /// The most nanoseconds that an offset can say, since one more is a millisecond.
    public static let mostNanoseconds: UInt32 = 999_999

    /// The packet type that announces a modifier, of audio and of video.
    static let packetType: UInt8 = 7

    /// Makes a modifier; `nil` when the type takes more than four bits, or the payload is empty or longer than 65,536
    /// bytes.
    public init?(type: UInt8, payload: ByteBuffer) {
        guard type < 16, (1...65_536).contains(payload.readableBytes) else { return nil }
        self.type = type
        self.payload = payload
    }

    /// Makes a `TimestampOffsetNano` of three bytes, which FFmpeg insists on; beyond 999,999 ns counts as that.
    public init(nanoseconds: UInt32) {
        type = Self.timestampOffsetNano
        var bytes = ByteBuffer()
        bytes.writeUInt24(min(nanoseconds, Self.mostNanoseconds))
        payload = bytes
    }

    /// The nanoseconds to add to the presentation time; `nil` for other modifiers, and for a number that is none.
    public var nanoseconds: UInt32? {
        guard type == Self.timestampOffsetNano, let number = payload.getUInt24(at: payload.readerIndex),
            number <= Self.mostNanoseconds
        else { return nil }
        return number
    }
}

extension [ModEx] {
    /// Reads modifiers for as long as `packetType` announces one, and leaves there the type of what follows them.
    init(reading body: inout ByteBuffer, packetType: inout UInt8) throws(FLVFault) {
        self = []
        while packetType == ModEx.packetType {
            guard count < ModEx.longestChain else { throw .modExChainTooLong }
            guard let small = body.readInteger(as: UInt8.self) else { throw .truncatedHeader }
            var size = Int(small) + 1
            if size == 256 {
                guard let large = body.readInteger(as: UInt16.self) else { throw .truncatedHeader }
                size = Int(large) + 1
            }
            guard let payload = body.readSlice(length: size), let types = body.readInteger(as: UInt8.self) else {
                throw .truncatedHeader
            }
            if let modEx = ModEx(type: types >> 4, payload: payload) { append(modEx) }
            packetType = types & 0x0F
        }
    }

    /// Appends the first byte of a header, whose high bits are `high`, and the modifiers before `packetType`.
    func write(high: UInt8, packetType: UInt8, into buffer: inout ByteBuffer) {
        buffer.writeInteger(high | (isEmpty ? packetType : ModEx.packetType))
        for (index, modEx) in enumerated() {
            let last = modEx.payload.readableBytes - 1
            if last < 255 {
                buffer.writeInteger(UInt8(truncatingIfNeeded: last))
            } else {
                buffer.writeInteger(UInt8.max)
                buffer.writeInteger(UInt16(truncatingIfNeeded: last))
            }
            buffer.writeImmutableBuffer(modEx.payload)
            buffer.writeInteger(modEx.type << 4 | (index == count - 1 ? packetType : ModEx.packetType))
        }
    }
}
