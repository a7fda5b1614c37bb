/// How often something that a publisher causes may happen: a few times at once, and then now and then.
public struct Allowance: Sendable {
    /// For changes of the tracks or the clock: 10 at once, and one more every 3 seconds.
    ///
    /// Each costs every player a new decoder, every playlist a discontinuity and every recording a file. A publisher whose
    /// tracks change with every frame is not worth that: until the allowance has recovered, its frames are left out.
    public static let ofEpochs = Allowance(most: 10, recovery: 3_000)
    /// For segments: 600 at once, and one more every 10 ms.
    ///
    /// Twenty minutes that are sent as fast as the line takes them stay whole. A publisher whose times leap by seconds
    /// makes a segment of each frame of a few bytes, and each costs new playlists.
    static let ofSegments = Allowance(most: 600, recovery: 10)

    private let most: Int
    private let recovery: Int64
    private var left: Int
    private var recoveredAt: Int64?

    /// Makes an allowance of which nothing is spent.
    ///
    /// - Parameters:
    ///   - most: how often it may happen at once.
    ///   - recovery: the time in which once more is allowed, in milliseconds; more than 0.
    public init(most: Int, recovery: Int64) {
        self.most = most
        self.recovery = max(1, recovery)
        left = most
    }

    /// Whether all of it was spent when it was last asked.
    var isSpent: Bool { left <= 0 }

    /// Whether it may happen at `wallclock`, in milliseconds since 1970.
    public mutating func isLeft(at wallclock: Int64) -> Bool {
        guard let since = recoveredAt, wallclock >= since else {
            recoveredAt = wallclock
            return left > 0
        }
        let (more, rest) = wallclock.subtractingClamped(since).quotientAndRemainder(dividingBy: recovery)
        left = Int(min(Int64(most), Int64(left).addingClamped(more)))
        recoveredAt = wallclock - rest
        return left > 0
    }

    /// Whether nothing of it is spent at `wallclock`, in milliseconds since 1970.
    public mutating func isWhole(at wallclock: Int64) -> Bool {
        isLeft(at: wallclock) && left == most
    }

    /// Counts that it happened.
    public mutating func spend() {
        left -= 1
    }
}
