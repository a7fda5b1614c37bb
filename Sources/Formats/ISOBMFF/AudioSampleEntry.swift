import MediaModel
import NIOCore

/// An `mp4a` box with its `esds` (ISO/IEC 14496-14 §5.6.1, ISO/IEC 14496-12 §12.2.3).
struct AudioSampleEntry {
    /// Bytes of an audio sample entry before the boxes inside.
    static let fieldsLength = 28

    let sampleRate: UInt32
    let channelCount: UInt16
    let descriptor: ESDescriptor

    init(_ configuration: CodecConfiguration) throws(ISOBMFFFault) {
        guard let format = configuration.audio else { throw .formatUnknown(configuration.codec) }
        guard let rate = UInt32(exactly: format.sampleRate), rate > 0,
            let channels = UInt16(exactly: format.channelCount), channels > 0
        else { throw .soundFormatOutOfRange(sampleRate: format.sampleRate, channelCount: format.channelCount) }
        sampleRate = rate
        channelCount = channels
        if configuration.codec == .aac {
            descriptor = ESDescriptor(
                objectType: .mpeg4Audio, decoderSpecificInformation: try configuration.usableRecord)
        } else {
            let lowestRateOfMPEG1 = 32_000
            descriptor = ESDescriptor(
                objectType: rate < lowestRateOfMPEG1 ? .mpeg2Audio : .mpeg1Audio,
                decoderSpecificInformation: ByteBuffer())
        }
    }

    func write(into stsd: inout ByteBuffer) {
        stsd.writeBox("mp4a") { entry in
            entry.writeRepeatingByte(0, count: 6)
            entry.writeInteger(UInt16(1))  // data reference index
            entry.writeInteger(UInt64(0))
            entry.writeMultipleIntegers(channelCount, UInt16(16), UInt32(0))
            // 16.16 fixed point, which rates above 65,535 Hz do not fit: zero then, and the descriptor tells.
            entry.writeInteger(sampleRate > UInt32(UInt16.max) ? UInt32(0) : sampleRate << 16)
            entry.writeFullBox("esds") { descriptor.write(into: &$0) }
        }
    }

    /// Reads the configuration out of an `mp4a` box.
    static func read(_ entry: Box) throws(ISOBMFFFault) -> CodecConfiguration {
        var fields = entry.fields
        try fields.skip(16)
        let channelCount = try fields.readUInt16()
        try fields.skip(6)
        let sampleRate = try fields.readUInt32() >> 16
        var content = try entry.requiredChild("esds", after: fieldsLength).fullBox().fields
        let descriptor = try ESDescriptor(reading: &content)
        return CodecConfiguration(
            audio: descriptor.objectType == .mpeg4Audio ? .aac : .mp3, record: descriptor.decoderSpecificInformation,
            format: AudioFormat(sampleRate: Int(sampleRate), channelCount: Int(channelCount)))
    }
}
