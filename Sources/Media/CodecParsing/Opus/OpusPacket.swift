public import NIOCore

/// What the first bytes of an Opus packet say (RFC 6716 §3.1).
public enum OpusPacket {
    /// The longest packet, in samples at 48 kHz: 120 ms.
    public static let mostSamples = 5_760

    /// Samples per channel at 48 kHz that `packet` decodes to; `nil` when it is empty or makes no sense.
    ///
    /// In a packet of several streams all are as long as the first.
    public static func sampleCount(of packet: ByteBuffer) -> Int? {
        guard let contents = packet.getInteger(at: packet.readerIndex, as: UInt8.self) else { return nil }
        let frames: Int
        switch contents & 0b11 {
        case 0: frames = 1
        case 1, 2: frames = 2
        default:
            guard let count = packet.getInteger(at: packet.readerIndex + 1, as: UInt8.self) else { return nil }
            frames = Int(count & 0x3F)
        }
        let samples = frames * frameLength(configuration: contents >> 3)
        return (1...mostSamples).contains(samples) ? samples : nil
    }

    /// Samples at 48 kHz in a frame of one of the 32 configurations (RFC 6716 table 2).
    private static func frameLength(configuration: UInt8) -> Int {
        let step = Int(configuration & 0b11)
        switch configuration {
        case 0..<12: return [480, 960, 1_920, 2_880][step]
        case 12..<16: return step & 1 == 0 ? 480 : 960
        default: return 120 << step
        }
    }
}
