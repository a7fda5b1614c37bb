public import NIOCore

/// What a session wants its owner to do, in order.
///
/// The owner takes outputs until there are none after each `receive`, `perform` and `deadlineReached`, and after
/// making the session.
public enum RTMPSessionOutput<Event: Sendable>: Sendable {
    /// Write these bytes to the peer. Bytes that follow one another come as one buffer; its messages are whole.
    case send(ByteBuffer)
    /// Something happened that the owner must know or decide.
    case event(Event)
    /// Close the connection once everything sent before has gone out. The last output of a session.
    case close
}
