import NIOCore

/// When a message that failed is tried again.
struct RetrySchedule: Sendable, Equatable {
    /// Before the first other try: 1 s.
    static let first = TimeAmount.seconds(1)

    /// The longest pause.
    var longest: TimeAmount

    /// The pause after so many failures in a row: twice the one before, and up to half of it less, so that what failed
    /// together does not come back together.
    ///
    /// - Parameter chance: from 0 to 1.
    func pause(afterFailures failures: Int, chance: Double) -> TimeAmount {
        let doublings = min(max(failures, 1) - 1, 30)
        let full = min(longest.nanoseconds, Self.first.nanoseconds << doublings)
        let share = (0...1).contains(chance) ? 1 - 0.5 * chance : 1
        return .nanoseconds(max(1, Int64(Double(full) * share)))
    }
}
