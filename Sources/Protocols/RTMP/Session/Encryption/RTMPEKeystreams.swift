import NIOCore

/// The keystreams of a connection in encrypted RTMP, from the first byte behind the handshake on.
struct RTMPEKeystreams: Sendable {
    var inbound: any RTMPEKeystream
    var outbound: any RTMPEKeystream

    /// Takes keystreams from their beginning, and skips as much of each as C2 and S2 are long: these go unencrypted.
    init(inbound: any RTMPEKeystream, outbound: any RTMPEKeystream) {
        self.inbound = inbound
        self.outbound = outbound
        let skipped = ByteBuffer(repeating: 0, count: HandshakePacket.size)
        _ = self.inbound.apply(to: skipped)
        _ = self.outbound.apply(to: skipped)
    }
}
