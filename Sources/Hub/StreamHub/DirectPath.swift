#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A connection's plain socket, into which its viewers' bytes may be sent past the sink while the path is open.
///
/// One `send` per viewer and batch is the cost of live delivery; whatever else is touched for each viewer, the kernel has
/// driven out of the processor's caches since the last batch. So a lane that serves a viewer who has everything up to now
/// touches this object alone.
///
/// Sending past the sink is sound because of two things that the sink vouches for: the path is open only while none of
/// the connection's bytes wait anywhere but in the socket, so that nothing can be overtaken; and it is shut before the
/// descriptor is closed, so that the descriptor never means another connection's socket. Both are changed and asked on
/// one event loop.
public final class DirectPath {
    private let socket: CInt
    /// Whether bytes may be sent now.
    public private(set) var isOpen = true
    /// Bytes that the socket has taken.
    public private(set) var bytesTaken = 0

    /// Makes an open path into a connected stream socket that takes the bytes as they go on the wire.
    public init(socket: CInt) {
        self.socket = socket
    }

    /// Allows to send again: nothing waits any more.
    public func open() { isOpen = true }

    /// Forbids to send: something waits, or the connection is being closed.
    public func shut() { isOpen = false }

    /// Sends at once what the socket takes.
    ///
    /// - Returns: how many bytes it took; 0 when the path is shut, the socket full or broken.
    public func send(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard isOpen else { return 0 }
        #if canImport(Glibc)
            let taken = max(0, Glibc.send(socket, bytes.baseAddress, bytes.count, Self.flags))
        #elseif canImport(Musl)
            let taken = max(0, Musl.send(socket, bytes.baseAddress, bytes.count, Self.flags))
        #else
            let taken = 0
        #endif
        bytesTaken += taken
        return taken
    }

    #if canImport(Glibc) || canImport(Musl)
        private static var flags: CInt { CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL) }
    #endif
}
