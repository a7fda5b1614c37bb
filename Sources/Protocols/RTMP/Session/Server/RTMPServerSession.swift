public import NIOCore

/// The server's side of one RTMP connection, without its socket.
public struct RTMPServerSession: ~Copyable {
    /// Makes a session at the moment when the connection was accepted.
    public init(
        configuration: Configuration = .init(), now: NIODeadline, using generator: inout some RandomNumberGenerator
    ) {}

    /// Takes bytes that came from the client.
    public mutating func receive(_ bytes: ByteBuffer, now: NIODeadline) throws(RTMPFault) {}
    /// Carries out what the owner decided.
    public mutating func perform(_ command: Command, now: NIODeadline) throws(RTMPFault) {}
    /// Does what is due at `nextDeadline`.
    public mutating func deadlineReached(now: NIODeadline) throws(RTMPFault) {}
    /// The next thing for the owner to do.
    public mutating func nextOutput() -> RTMPSessionOutput<Event>? { nil }
    /// When `deadlineReached` wants to be called, unless something happens before.
    public var nextDeadline: NIODeadline? { nil }
}
