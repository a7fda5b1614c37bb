/// How often the tracks or the clock of a stream may change: a few times at once, and then now and then.
///
/// Each change costs every player a new decoder, every playlist a discontinuity and every recording a file. A publisher
/// whose tracks change with every frame is not worth that: until the allowance has recovered, its frames are left out.
public struct EpochAllowance: Sendable {
    /// Changes that may follow each other at once: 10.
    public static let most = 10
    /// Time in which one more is allowed, in milliseconds: 3 seconds.
    public static let recovery: Int64 = 3000

    private var left = EpochAllowance.most
    private var recoveredAt: Int64?

    /// Makes an allowance of which nothing is spent.
    public init() {}

    /// Whether a change is allowed at `wallclock`, in milliseconds since 1970.
    public mutating func isLeft(at wallclock: Int64) -> Bool {
        guard let since = recoveredAt, wallclock >= since else {
            recoveredAt = wallclock
            return left > 0
        }
        let (more, rest) = wallclock.subtractingClamped(since).quotientAndRemainder(dividingBy: Self.recovery)
        left = Int(min(Int64(Self.most), Int64(left).addingClamped(more)))
        recoveredAt = wallclock - rest
        return left > 0
    }

    /// Counts a change.
    public mutating func spend() {
        left -= 1
    }
}
