/// Durations, counted in steps of three percent, so that any number of them takes the same room.
struct Histogram: Sendable {
    /// Steps within each doubling.
    private static let steps = 32
    private static let bits = 5

    private var counts = [Int](repeating: 0, count: 60 * Self.steps)
    private(set) var count = 0
    private(set) var greatest: UInt64 = 0

    /// Counts a duration in nanoseconds.
    mutating func add(_ nanoseconds: UInt64) {
        counts[Self.index(nanoseconds)] += 1
        count += 1
        greatest = max(greatest, nanoseconds)
    }

    /// Adds what another one counted.
    mutating func add(_ other: Histogram) {
        for (index, more) in other.counts.enumerated() { counts[index] += more }
        count += other.count
        greatest = max(greatest, other.greatest)
    }

    /// The duration that a share of all does not exceed, in nanoseconds; `nil` when nothing was counted.
    func quantile(_ share: Double) -> UInt64? {
        guard count > 0 else { return nil }
        let wanted = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (index, here) in counts.enumerated() {
            seen += here
            if seen >= wanted { return min(Self.greatestValue(at: index), greatest) }
        }
        return greatest
    }

    private static func index(_ value: UInt64) -> Int {
        guard value >= UInt64(steps) else { return Int(value) }
        let doubling = 63 - value.leadingZeroBitCount - bits
        return (doubling + 1) * steps + Int(value >> UInt64(doubling)) - steps
    }

    private static func greatestValue(at index: Int) -> UInt64 {
        guard index >= steps else { return UInt64(index) }
        let doubling = UInt64(index / steps - 1)
        return UInt64(index % steps + steps) << doubling | ((1 << doubling) - 1)
    }
}
