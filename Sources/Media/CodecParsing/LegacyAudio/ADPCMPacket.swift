import NIOCore

/// A message of SWF's ADPCM sound: two bits that tell the size of a code, then packets of 4,096 samples for each channel
/// (SWF File Format Specification, "ADPCM sound data").
enum ADPCMPacket {
    static let samplesPerPacket = 4_096

    /// Samples per channel in `payload`; `nil` when it holds none.
    static func sampleCount(of payload: ByteBuffer, channelCount: Int) -> Int? {
        guard let first = payload.getInteger(at: payload.readerIndex, as: UInt8.self), channelCount > 0 else {
            return nil
        }
        let bitsPerCode = 2 + Int(first >> 6)
        // Each packet begins with a sample of 16 bits and a step index of 6 bits.
        let headerBits = 22 * channelCount
        let packetBits = headerBits + (samplesPerPacket - 1) * bitsPerCode * channelCount
        let (packets, rest) = (8 * payload.readableBytes - 2).quotientAndRemainder(dividingBy: packetBits)
        // Up to seven bits at the end fill the last byte and are no codes.
        let codes = rest >= headerBits ? 1 + (rest - headerBits) / (bitsPerCode * channelCount) : 0
        let samples = packets * samplesPerPacket + codes
        return samples > 0 ? samples : nil
    }
}
