/// A rule of RFC 8216bis or of Apple's authoring specification that a playlist breaks, with what was found.
///
/// A `segment` is a Media Sequence Number.
public enum PlaylistFinding: Hashable, Sendable {
    // One playlist by itself

    /// EXT-X-VERSION below what the tags need (§8).
    case versionTooLow(declared: Int, required: Int)
    /// EXT-X-VERSION above what the tags need, which shuts out clients for nothing (§8).
    case versionTooHigh(declared: Int, required: Int)
    /// An EXTINF that rounds to more than the target duration (§4.4.3.1).
    case segmentLongerThanTarget(segment: Int, duration: Duration)
    /// A segment that lasts no time.
    case segmentWithoutLength(segment: Int)
    /// A live playlist that has begun to slide and lists less than three target durations (§6.2.2).
    case playlistTooShort(Duration)
    /// A live playlist that has begun to slide and lists fewer than six segments (Apple 8.11).
    case tooFewSegments(Int)
    /// A live playlist whose first segment, or a segment at a discontinuity, has no program date time (Apple 8.4).
    case programDateTimeMissing(segment: Int)
    /// A program date time that is not the one before plus the lengths in between.
    case programDateTimeInconsistent(segment: Int, offByMilliseconds: Int64)
    /// A segment without an initialization section in a playlist whose media needs one (§3.1.2).
    case initializationMissing(segment: Int)
    /// A segment or initialization section that cannot be fetched.
    case unresolvable(uri: String)

    // Parts

    /// Parts without EXT-X-PART-INF (§4.4.3.7).
    case partTargetMissing
    /// A part that lasts longer than the part target (§4.4.3.7).
    case partLongerThanTarget(segment: Int, part: Int, duration: Duration)
    /// A part within a segment that lasts less than 85 % of the part target (§4.4.3.7).
    case partTooShort(segment: Int, part: Int, duration: Duration)
    /// Parts that do not last as long as their segment (§4.4.4.9).
    case partsDoNotAddUp(segment: Int, parts: Duration, whole: Duration)
    /// Parts of a segment that lies further than three target durations from the end, and one more (§6.2.2).
    case partsTooOld(segment: Int)
    /// A playlist with parts that does not say what comes next (Apple, low-latency profile).
    case hintMissing
    /// A hint where nothing will come (§4.4.5.3).
    case hintBehindEnd
    /// PART-HOLD-BACK below three times the part target, or none (§4.4.3.8; Apple 14.3).
    case partHoldBackTooShort(Duration)
    /// HOLD-BACK below three target durations (§4.4.3.8).
    case holdBackTooShort(Duration)
    /// CAN-SKIP-UNTIL below six target durations (§4.4.3.8).
    case skipBoundaryTooNear(Duration)

    // A playlist and the one that it replaces

    /// EXT-X-PART-INF is another one (§6.2.1).
    case partTargetChanged
    /// Parts that were listed are others, or some of a segment are gone and others not (§6.2.1).
    case partsChanged(segment: Int)

    /// EXT-X-TARGETDURATION is another one (§6.2.1).
    case targetDurationChanged(from: Int, to: Int)
    /// EXT-X-MEDIA-SEQUENCE is less than before (§6.2.2).
    case mediaSequenceDecreased(from: Int, to: Int)
    /// The segment is another one under the same number, or has other tags (§6.2.1).
    case segmentChanged(segment: Int)
    /// Segments that were last in the playlist are gone (§6.2.1).
    case segmentsWithdrawn(from: Int)
    /// Nothing of the playlist before is left; a client cannot know what it missed.
    case segmentsSkipped(from: Int, to: Int)
    /// EXT-X-DISCONTINUITY-SEQUENCE did not grow by the number of discontinuities that were removed (§6.2.2).
    case discontinuitySequenceWrong(expected: Int, found: Int)
    /// A playlist that had ended was changed (§6.2.1).
    case changedAfterEnd
    /// EXT-X-PLAYLIST-TYPE is another one (§6.2.1).
    case typeChanged
    /// More than 1.5 target durations without a new segment (§6.2.1).
    case updatedTooLate(after: Duration)

    // A Multivariant Playlist and its Media Playlists

    /// A sample format that CODECS does not name.
    case codecUndeclared(uri: String, codec: String)
    /// CODECS names what no rendition carries.
    case codecUnused(uri: String, codec: String)
    /// AUDIO names a group that has no rendition.
    case audioGroupMissing(String)
    /// Two renditions of a group have the same NAME (§4.4.6.1.1).
    case renditionNameRepeated(group: String, name: String)
    /// More than one rendition of a group has DEFAULT=YES (§4.4.6.1.1).
    case severalDefaultRenditions(group: String)
    /// A rendition of sound without CHANNELS (§4.4.6.1).
    case channelsMissing(group: String, name: String)
    /// Two variants with the same address and the same sounds.
    case variantRepeated(uri: String)
    /// AVERAGE-BANDWIDTH above BANDWIDTH, which is the peak (§4.4.6.2).
    case averageAbovePeak(uri: String, average: Int, peak: Int)
    /// A variant of pictures without RESOLUTION (Apple 9.14).
    case resolutionMissing(uri: String)
    /// A variant of pictures without FRAME-RATE (Apple 9.15).
    case frameRateMissing(uri: String)
    /// VIDEO-RANGE, SDR when it is absent, is not that of the pictures (§4.4.6.2).
    case videoRangeWrong(uri: String, declared: VideoRange, found: VideoRange)
    /// Media Playlists with different target durations (§6.2.4).
    case targetDurationsDiffer(uri: String)
    /// Media Playlists whose discontinuities do not have the same numbers (§6.2.4).
    case discontinuitiesDiffer(uri: String, segment: Int)
    /// Segments of the same number that begin or end more than a frame apart.
    case boundariesDiffer(uri: String, segment: Int)
}
