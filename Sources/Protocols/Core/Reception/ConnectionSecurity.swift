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
    /// The words.
    public let description: String

    /// Makes a failure.
    public init(_ description: String) {
        self.description = description
    }
}
