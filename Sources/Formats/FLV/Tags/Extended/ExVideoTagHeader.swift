import MediaModel
public import NIOCore

/// What stands before the pictures in an extended video tag (Enhanced RTMP v2, "Enhanced Video").
///
/// What follows it is read with ``ExTrackPackets``, unless it is a command.
public struct ExVideoTagHeader: Hashable, Sendable {
    /// What follows, for each track (`VideoPacketType`).
    public enum PacketType: UInt8, Hashable, Sendable, CaseIterable {
        /// A decoder configuration record.
        case sequenceStart = 0
        /// A frame, after its composition time where the coding has one.
        case codedFrames = 1
        /// Nothing: the track is over.
        case sequenceEnd = 2
        /// A frame whose composition time is 0.
        case codedFramesX = 3
        /// AMF0 pairs of names and values: ``ColorInfo``.
        case metadata = 4
        /// The coding's descriptor of MPEG-2 systems, in place of a configuration record; AV1 alone has one.
        case mpeg2TSSequenceStart = 5

        /// The number that announces several tracks.
        static let multitrack: UInt8 = 6
    }

    /// A word to the player in place of pictures (`VideoCommand`).
    public enum Command: UInt8, Hashable, Sendable, CaseIterable {
        /// What follows belongs to a search on the player's side.
        case startSeek = 0
        /// That search is over.
        case endSeek = 1
    }

    /// What the tag is about.
    public enum Content: Hashable, Sendable {
        /// A command; nothing follows.
        case command(Command)
        /// Packets of one type, laid out as said.
        case packets(PacketType, ExTrackLayout)
    }

    /// How the frames depend on others.
    ///
    /// `nil` where the three bits have a reserved value; no frame has that, and with metadata they mean nothing.
    public var frameType: VideoTagHeader.FrameType?
    /// Modifiers of all packets, at most ``ModEx/longestChain``.
    public var modEx: [ModEx]
    /// What follows.
    public var content: Content

    /// Makes a header of packets.
    public init(
        frameType: VideoTagHeader.FrameType?, modEx: [ModEx] = [], packetType: PacketType, layout: ExTrackLayout
    ) {
        self.frameType = frameType
        self.modEx = modEx
        content = .packets(packetType, layout)
    }

    /// Makes a command, all of its tag.
    public init(command: Command) {
        frameType = .command
        modEx = []
        content = .command(command)
    }

    /// Reads a header and leaves in `body` what follows it.
    ///
    /// - Throws: `.unknownFrameType` for a frame of a reserved type, and whatever else is wrong.
    public init(reading body: inout ByteBuffer) throws(FLVFault) {
        guard let first = body.readInteger(as: UInt8.self) else { throw .truncatedHeader }
        let frameBits = first >> 4 & 0b111
        frameType = VideoTagHeader.FrameType(rawValue: frameBits)
        var number = first & 0x0F
        modEx = try [ModEx](reading: &body, packetType: &number)
        // Metadata alone may bear this frame type and be no command; FFmpeg writes it so.
        if frameType == .command, number != PacketType.metadata.rawValue {
            guard let command = body.readInteger(as: UInt8.self) else { throw .truncatedHeader }
            guard let command = Command(rawValue: command) else { throw .unknownVideoCommand(command) }
            content = .command(command)
            return
        }
        let layout = try ExTrackLayout(
            reading: &body, packetType: &number, multitrack: PacketType.multitrack, of: .video)
        guard let packetType = PacketType(rawValue: number) else { throw .unknownPacketType(number) }
        if packetType == .codedFrames || packetType == .codedFramesX, frameType == nil {
            throw .unknownFrameType(frameBits)
        }
        content = .packets(packetType, layout)
    }

    /// Appends the header: five bytes for the default track without modifiers.
    public func write(into buffer: inout ByteBuffer) {
        let high = VideoTagHeader.extendedHeader | (frameType?.rawValue ?? 0) << 4
        switch content {
        case .command(let command):
            modEx.write(high: high, packetType: 0, into: &buffer)
            buffer.writeInteger(command.rawValue)
        case .packets(let packetType, let layout):
            let wireType = layout.multitrackType == nil ? packetType.rawValue : PacketType.multitrack
            modEx.write(high: high, packetType: wireType, into: &buffer)
            layout.write(packetType: packetType.rawValue, into: &buffer)
        }
    }
}
