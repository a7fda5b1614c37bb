public import MediaModel

/// What is wrong with a file that was read, or with the tracks and samples that were to be written.
public enum ISOBMFFFault: Error, Equatable, Sendable {
    // Reading

    /// A box is shorter than its own header (ISO/IEC 14496-12 §4.2.2).
    case boxShorterThanHeader(BoxType, size: UInt64)
    /// A box reaches beyond the box or the file that it lies in.
    case boxLongerThanParent(BoxType, size: UInt64)
    /// The bytes end within a box header or within the fields of a box.
    case truncated(BoxType)
    /// Boxes lie in each other deeper than `BoxReader.deepestNesting`.
    case nestedTooDeep(BoxType)
    /// A box that must be there is not.
    case missingBox(BoxType)
    /// A box has a version that the specification does not define for it.
    case unsupportedVersion(BoxType, UInt8)
    /// A sample entry of a coding that is not read here.
    case unsupportedSampleEntry(BoxType)
    /// An object type indication in `esds` that is neither AAC nor MP3 (ISO/IEC 14496-1 §7.2.6.6).
    case unsupportedObjectType(UInt8)
    /// An `esds` box without the descriptor that must stand at a place, such as 4, the decoder configuration.
    case missingDescriptor(tag: UInt8)
    /// A `dOps` box of another version than 0, or whose channels do not lie in it as it says.
    case malformedOpusHeader
    /// A `dfLa` box that does not begin with a `STREAMINFO` block of 34 bytes.
    case missingStreamInformation
    /// A track or its defaults with an id out of the order 1 … n.
    case unexpectedTrackID(UInt32)
    /// A media header with a timescale of zero.
    case timescaleIsZero(trackID: UInt32)
    /// A fragment counts more samples than `MovieFragment.mostSamples`.
    case tooManySamples(Int)
    /// Samples that do not lie within the `mdat` box behind their `moof` box.
    case sampleOutsideMediaData(trackID: UInt32)

    // Writing

    /// A coding for which no sample entry is written.
    case unsupportedCodec(Codec)
    /// A configuration without the record that the sample entry must carry, or with one over
    /// `InitializationSegment.longestRecord`.
    case unusableConfigurationRecord(Codec, length: Int)
    /// A configuration that does not say the size of the picture, or the sample rate and channels of the sound.
    case formatUnknown(Codec)
    /// A picture without extent or too large for the 16-bit fields of a sample entry.
    case pictureSizeOutOfRange(width: Int, height: Int)
    /// A sound format that does not fit the fields of a sample entry.
    case soundFormatOutOfRange(sampleRate: Int, channelCount: Int)
    /// A timescale that does not fit 32 bits.
    case timescaleOutOfRange(Int64)
    /// A segment or a fragment without any track.
    case noTracks
    /// A track fragment without a sample.
    case noSamples(trackID: UInt32)
    /// A decode time before zero, or one whose sum with the durations leaves 63 bits.
    case decodeTimeOutOfRange(trackID: UInt32, Int64)
    /// A fragment that its 32-bit box sizes and its signed 32-bit data offsets cannot span.
    case fragmentTooLong(Int)
}
