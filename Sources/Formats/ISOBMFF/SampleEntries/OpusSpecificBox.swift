import CodecParsing
import NIOCore

/// The content of a `dOps` box: the fields of `OpusHead` without its signature, in the other order of bytes
/// ("Encapsulation of Opus in ISO Base Media File Format" §4.3.2).
extension OpusIdentificationHeader {
    /// Writes what the box holds.
    func writeBoxContent(into box: inout ByteBuffer) {
        let version: UInt8 = 0
        box.writeMultipleIntegers(
            version, UInt8(truncatingIfNeeded: channelCount), preSkip, inputSampleRate, outputGain,
            channelMapping?.family ?? 0)
        guard let channelMapping else { return }
        box.writeMultipleIntegers(channelMapping.streamCount, channelMapping.coupledCount)
        box.writeImmutableBuffer(channelMapping.table)
    }

    /// Reads what the box holds, or returns `nil` when it is of another version or makes no sense.
    init?(boxContent: ByteBuffer) {
        var fields = boxContent
        guard fields.readInteger(as: UInt8.self) == 0, let channelCount = fields.readInteger(as: UInt8.self),
            let (preSkip, rate, gain) = fields.readMultipleIntegers(as: (UInt16, UInt32, Int16).self)
        else { return nil }
        // Turned into the header that the box was made of, so that one reader checks both.
        var header = ByteBuffer(string: "OpusHead")
        header.writeMultipleIntegers(UInt8(1), channelCount)
        header.writeMultipleIntegers(preSkip, rate, gain, endianness: .little)
        header.writeImmutableBuffer(fields)
        guard let parsed = try? OpusIdentificationHeader(parsing: header) else { return nil }
        self = parsed
    }
}
