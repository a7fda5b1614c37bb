import NIOCore

/// Tells, by a look now and then while something waits for a peer, when it has taken nothing for too long.
struct AnswerProgress {
    /// How far a peer has come.
    struct Mark: Equatable {
        /// What has left the server's own queues, in bytes or pieces.
        var sent: Int
        /// Bytes that the peer's system has acknowledged, where the kernel tells.
        var acknowledged: UInt64?
    }

    /// How long a peer may take nothing of what waits for it: 30 s, as long as viewers of endless answers have by default.
    ///
    /// A dead spot of a mobile network is shorter. A browser that has buffered enough of a recording and reads on later
    /// asks again, for the rest of it.
    static let limit = TimeAmount.seconds(30)
    /// From one look to the next: 10 s, so that it shows within 40 s.
    static let pause = TimeAmount.seconds(10)
    /// Looks that find nothing taken, one after the other, in the time of the limit.
    private static let mostLooksInVain = Int(limit.nanoseconds / pause.nanoseconds)

    private var mark: Mark
    private var looksInVain = 0

    /// Begins when something has to wait.
    init(from mark: Mark) {
        self.mark = mark
    }

    /// Looks at how far the peer has come.
    ///
    /// - Returns: whether it has come no further for as long as the limit.
    mutating func hasStalled(at mark: Mark) -> Bool {
        looksInVain = mark == self.mark ? looksInVain + 1 : 0
        self.mark = mark
        return looksInVain >= Self.mostLooksInVain
    }
}
