/// How often what is made of a stream may begin anew because its tracks have changed: ten times at once, and then once in
/// three seconds.
///
/// The same for everything that is made of streams: playlists and recordings alike.
public struct ChangeAllowance: Sendable {
    private var allowance = EpochAllowance()

    /// Makes an allowance of which nothing is spent.
    public init() {}

    /// Counts a change at `wallclock`, in milliseconds since 1970; `false` when none is allowed at that time.
    public mutating func spend(at wallclock: Int64) -> Bool {
        guard allowance.isLeft(at: wallclock) else { return false }
        allowance.spend()
        return true
    }
}
