/// A rule of ISO/IEC 23009-1 or of the DASH-IF guidelines that a description breaks, with what was found.
///
/// A `period` is its `@id`, a `representation` its `@id`, a `segment` its number, counted from 1 where there is no
/// `@startNumber`.
public enum ManifestFinding: Hashable, Sendable {
    // One description by itself

    /// No profile of those that players look for.
    case profileMissing
    /// A live presentation that is not over and never says when it changes (§5.3.1.2).
    case updatePeriodMissing
    /// A live presentation without a clock to play it by (DASH-IF IOP 4.7.2).
    case utcTimingMissing
    /// A live presentation that does not say how far back one may go.
    case timeShiftBufferDepthMissing
    /// Neither an end nor further updates, or both.
    case endUnclear
    /// Two periods, or two representations of one, with the same identifier (§5.3.2.2, §5.3.5.2).
    case identifierRepeated(String)
    /// A period of a live presentation without `@id` or `@start` (§5.3.2.2).
    case periodIncomplete(index: Int)
    /// A period that does not begin after the one before (§5.3.2.1).
    case periodsOutOfOrder(period: String)
    /// A set without representations.
    case setEmpty(period: String)
    /// Representations that a player may change between, whose segments are not aligned (DASH-IF IOP 3.2.4).
    case alignmentMissing(period: String)
    /// An attribute that a player chooses by is not there.
    case attributeMissing(ManifestAttribute, representation: String)
    /// Sound of unknown loudspeakers (DASH-IF IOP 6.3).
    case channelsMissing(representation: String)
    /// Segments cannot be named.
    case templateUnusable(representation: String)
    /// A segment that begins before the one before it ends (§5.3.9.6).
    case segmentsOverlap(representation: String, segment: Int)
    /// A segment that lasts no time.
    case segmentWithoutLength(representation: String, segment: Int)
    /// A segment longer than `@maxSegmentDuration`.
    case segmentTooLong(representation: String, segment: Int)
    /// A segment that begins before its period does by more than the tolerance.
    case segmentBeforePeriod(representation: String, segment: Int)
    /// Two representations of one aligned set whose segments of the same number are apart.
    case segmentsNotAligned(representation: String, segment: Int)

    // Low latency

    /// `@availabilityTimeOffset` for segments that are complete, or their absence (DASH-IF low latency 4.3).
    case availabilityUnclear(representation: String)
    /// `@availabilityTimeOffset` as long as a segment or longer, so that one is there before it begins.
    case availableBeforeBegun(representation: String)
    /// No service description with a target latency (DASH-IF low latency 4.2).
    case latencyMissing
    /// Minimum, target and maximum are not in that order.
    case latencyContradictory
    /// A latency that is counted from a reference that no set has, or none at all.
    case producerReferenceMissing(period: String)
    /// `@suggestedPresentationDelay` beside a target latency: two wishes for one thing.
    case delayBesideLatency

    // A description at a moment

    /// A listed segment that cannot be there yet, by the clock.
    case segmentListedTooEarly(representation: String, segment: Int, by: Duration)
    /// The newest segment should have been followed by another by now.
    case segmentLate(representation: String, by: Duration)
    /// `@publishTime` in the future.
    case publishedInFuture(by: Duration)
    /// A segment or initialization segment that cannot be fetched.
    case unresolvable(address: String)

    // A description and the one that it replaces

    /// `@availabilityStartTime` is another one.
    case availabilityStartChanged
    /// Something changed, and `@publishTime` did not grow.
    case publishTimeNotIncreased
    /// A period is gone though a later one stays or an earlier one, or it came back.
    case periodsWithdrawn(period: String)
    /// The period has another start.
    case periodMoved(period: String)
    /// A representation is gone from a period that stays, or came to it late.
    case representationsChanged(period: String)
    /// A segment has other times under the same address, and it was whole.
    case segmentChanged(representation: String, segment: Int)
    /// Segments that were last are gone.
    case segmentsWithdrawn(representation: String, from: Int)
    /// The address of the initialization segment, or the template, is another one within a period.
    case templateChanged(representation: String)
    /// A description that was the last was changed.
    case changedAfterEnd
}
