public import AMF
public import CodecParsing
public import MediaModel

/// What is wrong with an FLV file or with the body of a tag.
///
/// Faults of a file's framing end the reading; faults of a body cost that tag alone (``FLVDemuxer``).
public enum FLVFault: Error, Equatable, Sendable {
    // The file.

    /// The first three bytes are not `FLV`.
    case notFLV
    /// A version other than 1.
    case unsupportedVersion(UInt8)
    /// The file header wants to be longer than ``FLVFileHeader/longest``.
    case headerTooLong(UInt32)
    /// A tag longer than the limit that was set.
    case tagTooLong(Int)

    // Tag bodies.

    /// The body ends within its header.
    case truncatedHeader
    /// A sound format that is reserved.
    case unknownSoundFormat(UInt8)
    /// A codec id that nobody uses.
    case unknownVideoCodec(UInt8)
    /// A frame type that is reserved.
    case unknownFrameType(UInt8)
    /// A packet type that is reserved.
    case unknownPacketType(UInt8)
    /// An Enhanced RTMP header, whose packet type is given, where one of FLV itself is read.
    case unexpectedExtendedHeader(MediaKind, packetType: UInt8)
    /// A decoder configuration record that cannot be used.
    case malformedRecord(ConfigurationRecordFault)
    /// A decoder configuration record longer than ``FLVDemuxer/Limits/recordBytes``.
    case recordTooLong(Int)
    /// An AAC configuration that cannot be used.
    case malformedAudioConfig(AudioSpecificConfigFault)
    /// A frame that came before the configuration that its decoder needs.
    case frameBeforeConfiguration(Codec)
    /// A frame with nothing in it that could be decoded.
    case malformedFrame(Codec)
    /// A message of more frames than ``FLVDemuxer/Limits/soundFrames``.
    case tooManyFrames(Codec)
    /// A change of tracks or metadata where there have been more than what comes is worth.
    case tooManyChanges
    /// A script data tag that does not begin with a name.
    case unnamedData

    // Enhanced RTMP.

    /// A FourCC that the specification does not know, or of the other kind of media.
    case unknownFourCC(FourCC)
    /// A video command that is reserved.
    case unknownVideoCommand(UInt8)
    /// A chain of more modifiers than ``ModEx/longestChain``.
    case modExChainTooLong
    /// A layout of tracks that is reserved.
    case unknownMultitrackType(UInt8)
    /// Several tracks within a message of several tracks.
    case nestedMultitrack(MediaKind)
    /// A track whose size runs past the end of the message.
    case trackBeyondEnd(trackID: UInt8, size: UInt32)
    /// A message of more tracks than ``ExTrackPackets/mostTracks``.
    case tooManyTracksInMessage
    /// A track more than ``FLVDemuxer/Limits/tracksOfAKind``.
    case tooManyTracks(Track.ID)
    /// A channel order that is reserved.
    case unknownChannelOrder(UInt8)
    /// Metadata among the video that cannot be read.
    case malformedMetadata(AMFFault)
    /// A packet about a coding that is not that of its track.
    case unexpectedFourCC(FourCC)
}
