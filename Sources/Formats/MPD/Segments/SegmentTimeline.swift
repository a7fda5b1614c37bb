/// Where the segments of a representation begin and how long they last (ISO/IEC 23009-1 §5.3.9.6).
///
/// Kept as the text has it, in runs of segments of the same length without holes between them.
public struct SegmentTimeline: Hashable, Sendable {
    /// A run of segments (`S`).
    public struct Run: Hashable, Sendable {
        /// Where the first begins (`@t`); `nil` where the run before ends, or 0.
        public var time: Int64?
        /// How long each lasts (`@d`).
        public var duration: Int64
        /// How many follow the first (`@r`); negative until the next run, or the end of what is known.
        public var repeatCount: Int

        /// Makes a run.
        public init(time: Int64? = nil, duration: Int64, repeatCount: Int = 0) {
            self.time = time
            self.duration = duration
            self.repeatCount = repeatCount
        }
    }

    /// The runs, earliest first.
    public var runs: [Run]

    /// Makes a timeline.
    public init(runs: [Run] = []) {
        self.runs = runs
    }

    /// A segment's place.
    public struct Place: Hashable, Sendable {
        /// Where it begins.
        public var time: Int64
        /// How long it lasts.
        public var duration: Int64

        /// Makes a place.
        public init(time: Int64, duration: Int64) {
            self.time = time
            self.duration = duration
        }

        /// Where it ends, or as far as 64 bits go.
        public var end: Int64 {
            let (end, overflow) = time.addingReportingOverflow(duration)
            return overflow ? .max : end
        }
    }

    /// Makes a timeline of segments, which must be in order.
    public init(places: some Sequence<Place>) {
        runs = []
        var end: Int64?
        for place in places {
            append(place, after: end)
            end = place.end
        }
    }

    /// Adds a segment behind the last, which ends at `end`; `nil` when there is none before it.
    public mutating func append(_ place: Place, after end: Int64?) {
        if end == place.time, let last = runs.last, last.duration == place.duration, last.repeatCount >= 0 {
            runs[runs.count - 1].repeatCount += 1
        } else {
            runs.append(Run(time: end == place.time ? nil : place.time, duration: place.duration))
        }
    }

    /// Removes the first segment.
    public mutating func removeFirst() {
        guard let first = runs.first else { return }
        let end = Place(time: first.time ?? 0, duration: first.duration).end
        if first.repeatCount > 0 {
            runs[0].time = end
            runs[0].repeatCount -= 1
        } else {
            runs.removeFirst()
            if !runs.isEmpty, runs[0].time == nil { runs[0].time = end }
        }
    }

    /// The places of the first `limit` segments; a run without end lasts until the next one, or counts once.
    public func places(limit: Int = 10_000) -> [Place] {
        var places: [Place] = []
        var time: Int64 = 0
        for (index, run) in runs.enumerated() {
            time = run.time ?? time
            var left = max(0, run.repeatCount)
            if run.repeatCount < 0, run.duration > 0, index + 1 < runs.count, let next = runs[index + 1].time {
                let span = next.subtractingReportingOverflow(time)
                left = span.overflow ? 0 : Int(clamping: max(0, (span.partialValue - 1) / run.duration))
            }
            while places.count < limit {
                let place = Place(time: time, duration: run.duration)
                places.append(place)
                time = place.end
                guard left > 0 else { break }
                left -= 1
            }
        }
        return places
    }

    /// How many segments there are, a run without end counting once.
    public var count: Int { runs.reduce(0) { $0 &+ 1 &+ max(0, $1.repeatCount) } }
}
