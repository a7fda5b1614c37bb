/// What a client did wrong in a tunnel.
///
/// Each one ends the tunnel: bytes of a stream are missing, or are not what they were.
public enum RTMPTunnelFault: Error, Equatable, Sendable {
    /// A sequence number that is neither the next nor that of the last request, which may be repeated.
    case sequenceNumberOutOfOrder(UInt32, expected: UInt32)
    /// The last request's sequence number again, with another purpose or a body of another length.
    case changedRepetition(sequenceNumber: UInt32)
}
