import NIOCore

extension ByteBuffer {
    /// Takes bytes from the front of `bytes` until `self` holds `size`, or none are left.
    mutating func collect(_ size: Int, from bytes: inout ByteBuffer) {
        guard let part = bytes.readSlice(length: min(max(0, size - readableBytes), bytes.readableBytes)) else { return }
        writeImmutableBuffer(part)
    }
}

extension HandshakePacket {
    /// As many random bytes as a packet has room for.
    static func randomBytes(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(randomSize)
        while bytes.count < randomSize {
            withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
