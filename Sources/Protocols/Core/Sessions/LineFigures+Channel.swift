public import NIOCore
import NIOPosix
public import StreamHealth

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension LineFigures {
    /// What the kernel knows of a channel's TCP connection (Linux `TCP_INFO`); `nil` elsewhere, and for other transports.
    ///
    /// Called on the channel's event loop; one system call.
    public init?(of channel: any Channel) {
        #if canImport(Glibc) || canImport(Musl)
            let bytes: [UInt8]?? = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
                of: NIOBSDSocket.Handle.self
            ) { Self.read(from: $0) }
            guard let bytes = bytes.flatMap({ $0 }) else { return nil }
            self.init(tcpInfo: bytes)
        #else
            return nil
        #endif
    }

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

    /// Reads the kernel's `struct tcp_info`, which has only ever grown at its end; what an old kernel lacks is 0.
    ///
    /// The C library's own declaration ends long before the fields that are wanted here.
    init?(tcpInfo bytes: [UInt8]) {
        let info = ByteBuffer(bytes: bytes)
        func word(_ offset: Int) -> UInt32 { info.getInteger(at: offset, endianness: .host) ?? 0 }
        func long(_ offset: Int) -> UInt64 { info.getInteger(at: offset, endianness: .host) ?? 0 }
        guard bytes.count >= 104 else { return nil }
        let sent = Int(word(156)), received = Int(word(152))
        // `tcpi_rtt` and `tcpi_rcv_rtt`, in microseconds: who only receives has no other round trips to go by.
        let isReceiver = received > sent && word(92) > 0
        let mss = Int(word(16))
        self.init(
            roundTrip: Double(isReceiver ? word(92) : word(68)) / 1_000, roundTripVariation: Double(word(72)) / 1_000,
            segmentsSent: sent, segmentsRetransmitted: Int(word(100)), segmentsReceived: received,
            segmentsOutOfOrder: Int(word(224)),
            deliveryBytesPerSecond: long(160) > 0 ? Int(clamping: long(160)) : nil,
            unacknowledgedBytes: Int(word(144)) &+ Int(word(24)) &* mss)
    }
}
