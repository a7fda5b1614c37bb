/// How much came in each of the latest seconds: the one window from which rates are measured.
///
/// Adding costs the same at any time and allocates nothing; a second that is over moves into a ring of fixed size.
struct RateWindow: Sendable {
    /// How many whole seconds a rate is taken over: ten, so that one late picture hardly shows.
    static let seconds: Int64 = 10

    private struct Second {
        var index: Int64 = -1
        var frames = 0
        var bytes = 0
        var longestGap: Int64 = 0
        /// Where the timeline had come to.
        var position: Int64 = 0
    }

    private var past = [Second](repeating: Second(), count: Int(seconds) + 1)
    private var current = Second()
    private var first: Int64?

    /// Notes a frame at `now`, in milliseconds of the clock by which is measured, never going back.
    ///
    /// - Parameters:
    ///   - gap: the time since the frame before, in milliseconds.
    ///   - position: where the timeline has come to, in milliseconds.
    mutating func add(bytes: Int, gap: Int64, position: Int64, now: Int64) {
        let index = now / 1_000
        if index != current.index { begin(index) }
        current.frames &+= 1
        current.bytes &+= bytes
        if gap > current.longestGap { current.longestGap = gap }
        current.position = position
    }

    private mutating func begin(_ index: Int64) {
        if current.index >= 0 { past[Int(current.index % Int64(past.count))] = current }
        current = Second(index: max(0, index))
        if first == nil { first = current.index }
    }

    /// What came in the latest whole seconds.
    struct Sum {
        var seconds: Int64 = 0
        var frames = 0
        var bytes = 0
        var longestGap: Int64 = 0
        /// How far the timeline went, and in how many milliseconds; the first second only tells where it began.
        var advance: Int64 = 0
        var advanceTime: Int64 = 0
    }

    /// Sums up, as seen at `now`; `nil` until a second was seen from beginning to end.
    func sum(at now: Int64) -> Sum? {
        guard let first else { return nil }
        // The second in which everything began, and the one that is not over, are parts.
        let present = now / 1_000
        let earliest = max(first + 1, present - Self.seconds)
        guard earliest < present else { return nil }
        var sum = Sum(seconds: present - earliest)
        var latest: (index: Int64, position: Int64)?
        var start: (index: Int64, position: Int64)?
        if let before = second(earliest - 1) { start = (before.index, before.position) }
        for index in earliest..<present {
            guard let second = second(index) else { continue }
            sum.frames += second.frames
            sum.bytes += second.bytes
            sum.longestGap = max(sum.longestGap, second.longestGap)
            if start == nil { start = (index, second.position) }
            latest = (index, second.position)
        }
        if let start, let latest {
            sum.advance = latest.position - start.position
            sum.advanceTime = (present - 1 - start.index) * 1_000
        }
        return sum
    }

    private func second(_ index: Int64) -> Second? {
        guard index >= 0 else { return nil }
        if current.index == index { return current }
        let second = past[Int(index % Int64(past.count))]
        return second.index == index ? second : nil
    }
}
