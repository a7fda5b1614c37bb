public import NIOCore

/// The client's side of one RTMP connection, without its socket.
public struct RTMPClientSession: ~Copyable {
    /// Makes a session at the moment when the connection was made; its first output is the handshake.
    public init(configuration: Configuration, now: NIODeadline, using generator: inout some RandomNumberGenerator) {}

    /// Takes bytes that came from the server.
    public mutating func receive(_ bytes: ByteBuffer, now: NIODeadline) throws(RTMPFault) {}
    /// Carries out what the owner wants.
    public mutating func perform(_ command: Command, now: NIODeadline) throws(RTMPFault) {}
    /// Sends a media message whose body is `prefix` and `payload`, without joining them first.
    public mutating func sendMedia(
        _ kind: RTMPMedia.Kind, timestamp: UInt32, messageStreamID: UInt32, prefix: ByteBuffer, payload: ByteBuffer
    ) {}
    /// Does what is due at `nextDeadline`.
    public mutating func deadlineReached(now: NIODeadline) throws(RTMPFault) {}
    /// The next thing for the owner to do.
    public mutating func nextOutput() -> RTMPSessionOutput<Event>? { nil }
    /// When `deadlineReached` wants to be called, unless something happens before.
    public var nextDeadline: NIODeadline? { nil }
}
