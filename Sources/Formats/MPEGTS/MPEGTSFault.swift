public import MediaModel

/// What is wrong with a transport stream that was read, or with the tracks and frames that were to be written.
public enum MPEGTSFault: Error, Equatable, Sendable {
    // Writing

    /// A coding that is not carried in a transport stream here.
    case unsupportedCodec(Codec)
    /// A stream without any track.
    case noTracks
    /// More tracks than `TransportStreamMuxer.mostTracks`, or than one packet of the program map holds.
    case tooManyTracks(Int)
    /// A decoder configuration record that cannot be read, or that its framing cannot express.
    case unusableConfigurationRecord(Codec)
    /// A sound format that is not known, so that the stream type is not either.
    case formatUnknown(Codec)
    /// A frame of a track that the muxer was not made for, or of another version of it.
    case unknownTrack(Track.ID)
    /// A frame longer than `TransportStreamMuxer.longestFrame`, or one of sound that does not fit its
    /// ADTS or PES header.
    case frameTooLong(Int)

    // Reading

    /// A packet does not begin with 0x47 (ISO/IEC 13818-1 §2.4.3.3).
    case synchronizationLost(UInt8)
    /// An adaptation field longer than its packet, or too short for its own flags (§2.4.3.5).
    case malformedAdaptationField(PacketIdentifier)
    /// A section that does not lie in its packets as it says, or whose tables do not fill it (§2.4.4).
    case malformedSection(PacketIdentifier)
    /// A section whose checksum is wrong.
    case wrongSectionChecksum(PacketIdentifier)
    /// A table or an elementary stream at an identifier that is reserved.
    case reservedPacketIdentifier(PacketIdentifier)
    /// A program map with more streams than `TransportStreamDemuxer.mostStreams`.
    case tooManyStreams(Int)
    /// A PES packet that does not begin with its prefix, or whose header does not lie within it (§2.4.3.6).
    case malformedPESHeader(PacketIdentifier)
    /// A timestamp without its marker bits (§2.4.3.7).
    case malformedTimestamp(PacketIdentifier)
    /// A PES packet longer than `TransportStreamDemuxer.longestPESPacket`.
    case pesPacketTooLong(PacketIdentifier)
}
