import MediaModel
public import NIOCore

/// What stands before the sound in an extended audio tag (Enhanced RTMP v2, "Enhanced Audio").
///
/// What follows it is read with ``ExTrackPackets``.
public struct ExAudioTagHeader: Hashable, Sendable {
    /// What follows, for each track (`AudioPacketType`).
    public enum PacketType: UInt8, Hashable, Sendable, CaseIterable {
        /// What the decoder must know; nothing for codings whose frames tell all.
        case sequenceStart = 0
        /// A frame.
        case codedFrames = 1
        /// Nothing: the track is over, or silent for a while.
        case sequenceEnd = 2
        /// Which loudspeaker each channel is for: ``MultichannelConfig``.
        case multichannelConfig = 4

        /// The number that announces several tracks.
        static let multitrack: UInt8 = 5
    }

    /// What follows.
    public var packetType: PacketType
    /// Modifiers of all packets, at most ``ModEx/longestChain``.
    public var modEx: [ModEx]
    /// How the tracks are laid out.
    public var layout: ExTrackLayout

    /// Makes a header.
    public init(packetType: PacketType, modEx: [ModEx] = [], layout: ExTrackLayout) {
        self.packetType = packetType
        self.modEx = modEx
        self.layout = layout
    }

    /// Reads a header and leaves in `body` what follows it.
    public init(reading body: inout ByteBuffer) throws(FLVFault) {
        guard let first = body.readInteger(as: UInt8.self) else { throw .truncatedHeader }
        var number = first & 0x0F
        modEx = try [ModEx](reading: &body, packetType: &number)
        layout = try ExTrackLayout(
            reading: &body, packetType: &number, multitrack: PacketType.multitrack, of: .audio)
        guard let packetType = PacketType(rawValue: number) else { throw .unknownPacketType(number) }
        self.packetType = packetType
    }

    /// Appends the header: five bytes for the default track without modifiers.
    public func write(into buffer: inout ByteBuffer) {
        let wireType = layout.multitrackType == nil ? packetType.rawValue : PacketType.multitrack
        modEx.write(high: FLVSoundFormat.extendedHeader << 4, packetType: wireType, into: &buffer)
        layout.write(packetType: packetType.rawValue, into: &buffer)
    }
}
