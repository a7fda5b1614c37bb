public import MediaModel
public import NIOCore

/// What the packager has to tell, in the order in which it must be done.
///
/// A playlist comes behind the resources that it names, so that whoever applies the events one by one never shows a
/// player a name that does not resolve.
public enum PackagingEvent: Sendable {
    /// A resource is new, or is the new state of a playlist.
    case resourceReady(PackagedResource)
    /// A resource is no longer to be had.
    case resourceRemoved(name: String)
    /// A segment that is not whole is expected from here on, or has grown by a part.
    case segmentExtended(SegmentGrowth)
    /// A segment that was expected will not come.
    case segmentAbandoned(name: String)
    /// A track is left out of the output from here on, and why.
    case trackOmitted(OmittedTrack<PackagingOmission>)
    /// A segment had to begin without a sync frame: the publisher's groups of pictures are too long or too large.
    case segmentForced(number: Int)
}

/// How a segment grows that can be fetched while it is made.
public struct SegmentGrowth: Hashable, Sendable {
    /// The name under which it will be fetched.
    public var name: String
    /// The media type for `Content-Type`.
    public var mediaType: String
    /// The bytes that come next; `nil` when the segment is only expected.
    public var part: ByteBuffer?

    /// Makes a growth.
    public init(name: String, mediaType: String, part: ByteBuffer? = nil) {
        self.name = name
        self.mediaType = mediaType
        self.part = part
    }
}

/// Why segments, or a file of a stream's tracks, leave one of them out.
public enum PackagingOmission: Hashable, Sendable, CaseIterable {
    /// No container of HLS has a place for the coding: Speex, VP6 and others of the time of Flash.
    case codecNotInHLS
    /// MPEG-TS has no place for the coding, but fragmented MP4 has: FLAC, AV1 and others.
    case codecNotInTransportStream
    /// The decoder configuration record is missing, cannot be read, or says what the container cannot express.
    case recordUnusable
    /// The size of the pictures, or the sampling rate and channels of the sound, are not known or out of range.
    case formatUnusable
    /// Pictures and sound share a file, in which the first track of sound has the only place.
    case furtherSoundInOneFile
    /// More tracks than the configuration allows.
    case tooManyTracks
}
