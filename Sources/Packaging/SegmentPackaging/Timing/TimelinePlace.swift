import MediaModel

/// The relation of dates, numbers and the output timeline where it does not depend on when packaging began.
enum TimelinePlace {
    /// 2025-01-01T00:00:00Z in milliseconds since 1970: where numbers by date begin.
    ///
    /// So they stay below 2^31, which old players hold them in, for decades.
    static let firstDate: Int64 = 1_735_689_600_000

    /// The place of a date on an output timeline that everybody shares, in ticks of 90 kHz; `nil` where it has none.
    static func position(of date: Int64) -> Int64? {
        let since = date.subtractingClamped(firstDate)
        guard since >= 0, since < 1 << 50 else { return nil }
        return SegmentPackager.timelineOriginSeconds * 90_000 + since * 90
    }

    /// The number of the segment that begins at a date, with segments of `target` ticks of 90 kHz.
    ///
    /// A sync frame may come a little before its time (`SegmentationRules.slack`).
    static func number(of date: Int64, target: Int64) -> Int {
        let since = min(max(0, date.subtractingClamped(firstDate)), 1 << 50)
        return Int((since * 90 + slack(target)) / target)
    }

    /// The place at which the segment ends that begins at `position`, so that all segments begin in step with the date.
    static func endOfSlot(at position: Int64, target: Int64) -> Int64 {
        let since = position - SegmentPackager.timelineOriginSeconds * 90_000
        return position - since + ((since + slack(target)) / target + 1) * target
    }

    /// Whether a segment that begins at `position` has nothing of its slot before it.
    static func isBeginningOfSlot(_ position: Int64, target: Int64) -> Bool {
        let since = position - SegmentPackager.timelineOriginSeconds * 90_000
        return (since + slack(target)) % target <= 2 * slack(target)
    }

    private static func slack(_ target: Int64) -> Int64 { min(SegmentationRules.slack, target / 10) }
}
