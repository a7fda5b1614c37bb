import NIOCore

/// A message of Nellymoser sound: blocks of 64 bytes, 256 samples each.
enum NellymoserPacket {
    static let blockLength = 64
    static let samplesPerBlock = 256

    /// Samples in `packet`; `nil` when it holds no whole block.
    static func sampleCount(of packet: ByteBuffer) -> Int? {
        let blocks = packet.readableBytes / blockLength
        return blocks > 0 ? blocks * samplesPerBlock : nil
    }
}
