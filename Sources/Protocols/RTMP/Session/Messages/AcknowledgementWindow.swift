/// Tells when the peer is owed an Acknowledgement (RTMP 1.0 §5.4.3, §5.4.4).
///
/// One is due each time half a window has arrived, so that a peer which stops at a full one never gets there. Windows
/// below `RTMPLimits.smallestAcknowledgementWindow` count as that. Before the peer announces a window nothing is due.
public struct AcknowledgementWindow: Sendable {
    /// Where sequence numbers start over: before 2^32, because FMLE stopped publishing there; nginx-rtmp and SRS do so.
    static let sequenceNumbers: UInt64 = 0xF000_0000

    private let smallest: UInt32
    private var half: UInt64?
    private var acknowledged: UInt64 = 0

    /// Makes the window of a peer that has announced none.
    public init(limits: RTMPLimits = .init()) {
        smallest = max(1, limits.smallestAcknowledgementWindow)
    }

    /// Takes over the window of a Window Acknowledgement Size message, in bytes; any value is fine.
    public mutating func announce(_ bytes: UInt32) {
        half = UInt64(max(bytes, smallest) / 2)
    }

    /// The sequence number of the Acknowledgement to send now, `bytesReceived` bytes having arrived, or `nil`.
    public mutating func due(bytesReceived: UInt64) -> UInt32? {
        guard let half, bytesReceived &- acknowledged >= max(1, half) else { return nil }
        acknowledged = bytesReceived
        return UInt32(truncatingIfNeeded: bytesReceived % Self.sequenceNumbers)
    }
}
