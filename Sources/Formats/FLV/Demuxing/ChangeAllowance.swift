/// How often tracks and metadata may change, by what that costs.
///
/// With each change, everybody who watches or packages the stream is told all that is in force: a publisher whose tracks
/// change with every frame of two bytes would have the server write thousands of times what it sends.
struct ChangeAllowance: Sendable {
    /// Bytes that changes may cost at once: 16 MiB, thousands of changes of a usual stream.
    static let most = 16 << 20
    /// Bytes that changes may cost for each byte that comes: 16.
    static let yield = 16
    /// What a change costs beside the bytes that are in force: 1 KiB.
    static let overhead = 1 << 10

    private var left = ChangeAllowance.most

    /// Counts bytes that came.
    mutating func earn(_ bytes: Int) {
        guard left < Self.most else { return }
        left = min(Self.most, left + bytes * Self.yield)
    }

    /// Whether a change that tells so many bytes is allowed.
    func allows(_ bytes: Int) -> Bool {
        bytes + Self.overhead <= left
    }

    /// Counts a change that tells so many bytes.
    mutating func spend(_ bytes: Int) {
        left -= bytes + Self.overhead
    }
}
