import MediaModel

/// From where to where a segment of one rendition lasts, in ticks of 90 kHz.
struct SegmentSpan {
    var start: Int64
    var end: Int64

    /// The length as EXTINF says it.
    ///
    /// Both ends are rounded to the microsecond, not the length, so that errors never add up over segments.
    var duration: Duration { .microseconds(microseconds(end) - microseconds(start)) }

    private static let microseconds = Timescale(ticksPerSecond: 1_000_000) ?? .mpeg

    private func microseconds(_ ticks: Int64) -> Int64 {
        Timescale.mpeg.convert(ticks, to: Self.microseconds)
    }
}

extension SegmentDraft {
    /// From the pilot's first sample to its next segment.
    var span: SegmentSpan { SegmentSpan(start: start, end: end) }

    /// Where the pilot's first sample lies, in ticks of 90 kHz.
    func pilotPosition(_ epoch: Epoch) -> Int64 { lanes[epoch.pilot].position ?? start }

    /// From the first sample of a lane to the end of the last.
    func span(of lane: Int, in epoch: Epoch) -> SegmentSpan {
        guard let position = lanes[lane].position else { return span }
        let timescale = epoch.lanes[lane].clock.timescale
        return SegmentSpan(start: position, end: timescale.convert(lanes[lane].end, to: .mpeg))
    }
}

extension Epoch {
    /// The wallclock time of a place on the output timeline, in milliseconds since 1970.
    func wallclock(at position: Int64) -> Int64 {
        wallclock.addingClamped(Timescale.mpeg.convert(position.subtractingClamped(start), to: .milliseconds))
    }
}
