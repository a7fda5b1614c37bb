public import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the kernel tells of a TCP connection: Linux's `struct tcp_info`, which has only ever grown at its end.
///
/// The C library's own declaration ends long before the fields that are wanted here. What an old kernel lacks is 0.
struct TCPInfo {
    private let fields: ByteBuffer

    /// Asks the kernel about a channel's connection; `nil` where there is no such thing, and for other transports.
    ///
    /// Called on the channel's event loop; one system call.
    init?(of channel: any Channel) {
        #if canImport(Glibc) || canImport(Musl)
            let bytes: [UInt8]?? = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
                of: NIOBSDSocket.Handle.self
            ) { Self.read(from: $0) }
            guard let bytes = bytes.flatMap({ $0 }) else { return nil }
            self.init(bytes)
        #else
            return nil
        #endif
    }

    /// Reads what the kernel said; `nil` for less than any kernel says.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 104 else { return nil }
        fields = ByteBuffer(bytes: bytes)
    }

    /// A field of 32 bits.
    func word(_ offset: Int) -> UInt32 { fields.getInteger(at: offset, endianness: .host) ?? 0 }

    /// A field of 64 bits.
    func long(_ offset: Int) -> UInt64 { fields.getInteger(at: offset, endianness: .host) ?? 0 }

    #if canImport(Glibc) || canImport(Musl)
        private static func read(from socket: CInt) -> [UInt8]? {
            var length = socklen_t(0)
            let bytes = [UInt8](unsafeUninitializedCapacity: 256) { buffer, count in
                length = socklen_t(buffer.count)
                let result = getsockopt(socket, CInt(IPPROTO_TCP), TCP_INFO, buffer.baseAddress, &length)
                count = result == 0 ? min(Int(length), buffer.count) : 0
            }
            return bytes.isEmpty ? nil : bytes
        }
    #endif
}

extension Channel {
    /// Bytes that the peer's system has acknowledged since the connection began (`tcpi_bytes_acked`); `nil` where the
    /// kernel does not tell.
    ///
    /// Called on the channel's event loop; one system call.
    public var acknowledgedBytes: UInt64? { TCPInfo(of: self)?.long(120) }
}
