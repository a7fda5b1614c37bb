/// When bytes that arrived must be acknowledged (RTMP 1.0 §5.4.3, §5.4.4).
struct AcknowledgementWindow: Sendable {
    /// Where sequence numbers begin anew: FMLE stops publishing at higher ones; nginx-rtmp and SRS do the same.
    private static let restart: UInt64 = 0xF000_0000

    private var size: UInt32
    private let smallest: UInt32
    private var acknowledged: UInt64 = 0

    /// Makes a window for a peer that has named none.
    init(size: UInt32, smallest: UInt32) {
        self.size = max(size, smallest)
        self.smallest = smallest
    }

    /// Takes the window that the peer names; one that is too small, 0 among them, counts as the smallest.
    mutating func resize(to announced: UInt32) {
        size = max(announced, smallest)
    }

    /// The sequence number to acknowledge when `received` bytes have come, if it is time to: at half the window, so that
    /// a sender that waits for acknowledgements never has to.
    mutating func due(at received: UInt64) -> UInt32? {
        guard received &- acknowledged >= UInt64(max(size / 2, smallest, 1)) else { return nil }
        acknowledged = received
        return UInt32(truncatingIfNeeded: received % Self.restart)
    }
}
