import MediaModel
import NIOCore

/// An audio sample entry with what its decoder must know (ISO/IEC 14496-12 §12.2.3).
struct AudioSampleEntry {
    /// Bytes of an audio sample entry before the boxes inside.
    static let fieldsLength = 28

    let sampleRate: UInt32
    let channelCount: UInt16
    let bitsPerSample: UInt16
    let coding: SoundCoding

    init(_ configuration: CodecConfiguration) throws(ISOBMFFFault) {
        coding = try SoundCoding(configuration)
        guard let format = configuration.audio else { throw .formatUnknown(configuration.codec) }
        guard let rate = UInt32(exactly: format.sampleRate), rate > 0,
            let channels = UInt16(exactly: format.channelCount), channels > 0
        else { throw .soundFormatOutOfRange(sampleRate: format.sampleRate, channelCount: format.channelCount) }
        sampleRate = rate
        channelCount = channels
        bitsPerSample = UInt16(clamping: format.bitsPerSample)
    }

    func write(into stsd: inout ByteBuffer) {
        stsd.writeBox(coding.entry) { entry in
            entry.writeRepeatingByte(0, count: 6)
            entry.writeInteger(UInt16(1))  // data reference index
            entry.writeInteger(UInt64(0))
            entry.writeMultipleIntegers(channelCount, coding.isLossless ? bitsPerSample : 16, UInt32(0))
            entry.writeInteger(rateField)
            coding.write(into: &entry)
        }
    }

    /// The sample rate in 16.16 fixed point, which rates above 65,535 Hz do not fit.
    ///
    /// Those are told by the coding's own box. Here stands zero then, and for FLAC the half, quarter … that fits, as its
    /// binding asks: 48,000 for 96,000 and for 192,000.
    private var rateField: UInt32 {
        let most = UInt32(UInt16.max)
        guard sampleRate > most else { return sampleRate << 16 }
        guard coding.isLossless else { return 0 }
        let divisor = [2, 4, 8, 16].first { sampleRate.isMultiple(of: $0) && sampleRate / $0 <= most }
        return (divisor.map { sampleRate / $0 } ?? most) << 16
    }

    /// Reads the configuration out of an audio sample entry.
    static func read(_ entry: Box) throws(ISOBMFFFault) -> CodecConfiguration {
        var fields = entry.fields
        try fields.skip(16)
        let channelCount = try fields.readUInt16()
        let bitsPerSample = try fields.readUInt16()
        try fields.skip(4)
        let sampleRate = try fields.readUInt32() >> 16
        let content = try SoundCoding.read(entry)
        let format = AudioFormat(
            sampleRate: content.sampleRate ?? Int(sampleRate), channelCount: Int(channelCount),
            bitsPerSample: content.codec == .flac ? Int(bitsPerSample) : 16)
        return CodecConfiguration(audio: content.codec, record: content.record, format: format)
    }
}
