import ByteCoding
import MediaModel
public import NIOCore

/// What stands before the pictures in a video tag (FLV 10.1 §E.4.3.1).
public struct VideoTagHeader: Hashable, Sendable {
    /// How a frame depends on others.
    public enum FrameType: UInt8, Hashable, Sendable {
        /// A frame with which decoding can begin.
        case key = 1
        /// A frame that refers to others.
        case inter = 2
        /// A frame that refers to others and that no other refers to.
        case disposableInter = 3
        /// A key frame that a server made.
        case generatedKey = 4
        /// No frame, but a word to the player about seeking.
        case command = 5
    }

    /// What follows the header, for codecs that have a configuration (`AVCPacketType`).
    public enum PacketType: UInt8, Hashable, Sendable {
        /// A decoder configuration record.
        case sequenceHeader = 0
        /// A frame.
        case frame = 1
        /// Nothing: the stream is over.
        case endOfSequence = 2
    }

    /// How the frame depends on others.
    public var frameType: FrameType
    /// How it is coded.
    public var codecID: FLVVideoCodecID
    /// What follows; `nil` for codecs without packet types.
    public var packetType: PacketType?
    /// Presentation time minus decoding time in milliseconds, −8,388,608 … 8,388,607; 0 for codecs without packet types.
    public var compositionTime: Int32

    /// Makes a header; `packetType` and `compositionTime` are for codecs that have them.
    public init(
        frameType: FrameType, codecID: FLVVideoCodecID, packetType: PacketType? = nil, compositionTime: Int32 = 0
    ) {
        self.frameType = frameType
        self.codecID = codecID
        self.packetType = packetType
        self.compositionTime = compositionTime
    }

    /// Reads a header and leaves in `body` what follows it.
    public init(reading body: inout ByteBuffer) throws(FLVFault) {
        guard let first = body.readInteger(as: UInt8.self) else { throw .truncatedHeader }
        guard first & Self.extendedHeader == 0 else {
            throw .unexpectedExtendedHeader(.video, packetType: first & 0x0F)
        }
        guard let frameType = FrameType(rawValue: first >> 4) else { throw .unknownFrameType(first >> 4) }
        guard let codecID = FLVVideoCodecID(rawValue: first & 0x0F) else { throw .unknownVideoCodec(first & 0x0F) }
        self.init(frameType: frameType, codecID: codecID)
        guard codecID.hasPacketType, frameType != .command else { return }
        guard let number = body.readInteger(as: UInt8.self), let compositionTime = body.readInt24() else {
            throw .truncatedHeader
        }
        guard let packetType = PacketType(rawValue: number) else { throw .unknownPacketType(number) }
        self.packetType = packetType
        self.compositionTime = packetType == .frame ? compositionTime : 0
    }

    /// Appends the header: one byte, or five for codecs that have packet types.
    public func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(frameType.rawValue << 4 | codecID.rawValue)
        guard codecID.hasPacketType, frameType != .command else { return }
        buffer.writeInteger((packetType ?? .frame).rawValue)
        buffer.writeUInt24(UInt32(bitPattern: compositionTime))
    }

    /// The bit that announces an Enhanced RTMP header.
    static let extendedHeader: UInt8 = 0x80

    /// The composition times that 24 bits can say, in milliseconds.
    static let compositionTimes: ClosedRange<Int64> = -0x80_0000...0x7F_FFFF
}
