public import NIOCore

/// Encrypts accepted connections.
///
/// Offered by the room that knows TLS; used by every listener.
public protocol ConnectionSecurity: Sendable {
    /// Puts itself before everything else in the pipeline of an accepted connection, none of whose bytes were read yet.
    ///
    /// It fires `TLSUserEvent.handshakeCompleted`, and its errors are `SecurityFailure`.
    func secure(_ channel: any Channel) throws
}

/// Encrypts connections that go out.
public protocol ClientSecurity: Sendable {
    /// Puts itself before everything else in the pipeline of a connection to `host`, a name or a numeric address.
    ///
    /// - Returns: a future for the end of the handshake, which fails with `SecurityFailure` when the server is not who it
    ///   should be.
    func secure(_ channel: any Channel, to host: String) throws -> EventLoopFuture<Void>
}

/// Why a connection is not secure, in words for a log line.
public struct SecurityFailure: Error, CustomStringConvertible {
    /// What kind of failure it is, where something can be done about it.
    public enum Reason: Sendable, Equatable {
        /// The peer's certificate is none of those that are believed, or is for somebody else.
        case untrusted
        /// The peer does not speak TLS.
        case notEncrypted
        /// Anything else.
        case other
    }

    /// The words.
    public let description: String
    /// What kind of failure it is.
    public let reason: Reason

    /// Makes a failure.
    public init(_ description: String, reason: Reason = .other) {
        self.description = description
        self.reason = reason
    }
}
