import CodecParsing
import MediaModel
import NIOCore

/// The coding of a sound in a sample entry: what the entry is called, and the box in it that tells the decoder.
enum SoundCoding {
    /// AAC and MP3 (ISO/IEC 14496-14 §5.6).
    case elementaryStream(ESDescriptor)
    /// "Encapsulation of Opus in ISO Base Media File Format" §4.3.
    case opus(OpusIdentificationHeader)
    /// "Encapsulation of FLAC in ISO Base Media File Format" §3.3: the 34 bytes of `STREAMINFO`.
    case flac(ByteBuffer)
    /// AC-3 (ETSI TS 102 366 annex F.4).
    case ac3(ByteBuffer)
    /// E-AC-3 (ETSI TS 102 366 annex F.6).
    case eac3(ByteBuffer)

    init(_ configuration: CodecConfiguration) throws(ISOBMFFFault) {
        switch configuration.codec {
        case .aac:
            self = .elementaryStream(
                ESDescriptor(
                    objectType: .mpeg4Audio, decoderSpecificInformation: try configuration.usableRecord))
        case .mp3, .mp3At8kHz:
            let lowestRateOfMPEG1 = 32_000
            let rate = configuration.audio?.sampleRate ?? lowestRateOfMPEG1
            self = .elementaryStream(
                ESDescriptor(
                    objectType: rate < lowestRateOfMPEG1 ? .mpeg2Audio : .mpeg1Audio,
                    decoderSpecificInformation: ByteBuffer()))
        case .opus:
            guard let header = try? OpusIdentificationHeader(parsing: configuration.record) else {
                throw configuration.unusableRecord
            }
            self = .opus(header)
        case .flac:
            guard configuration.record.readableBytes == Self.streamInfoLength else {
                throw configuration.unusableRecord
            }
            self = .flac(configuration.record)
        case .ac3: self = .ac3(try configuration.usableRecord)
        case .eac3: self = .eac3(try configuration.usableRecord)
        default: throw .unsupportedCodec(configuration.codec)
        }
    }

    /// The name of the sample entry.
    var entry: BoxType {
        switch self {
        case .elementaryStream: "mp4a"
        case .opus: "Opus"
        case .flac: "fLaC"
        case .ac3: "ac-3"
        case .eac3: "ec-3"
        }
    }

    /// Whether samples come out of the decoder with as many bits as went in.
    var isLossless: Bool {
        if case .flac = self { true } else { false }
    }

    /// Writes the box that tells the decoder.
    func write(into entry: inout ByteBuffer) {
        switch self {
        case .elementaryStream(let descriptor): entry.writeFullBox("esds") { descriptor.write(into: &$0) }
        case .opus(let header): entry.writeBox("dOps") { header.writeBoxContent(into: &$0) }
        case .flac(let streamInfo):
            entry.writeFullBox("dfLa") { box in
                // The only metadata block, and so the last: STREAMINFO, which has the number 0.
                box.writeInteger(UInt32(0x8000_0000) | UInt32(Self.streamInfoLength))
                box.writeImmutableBuffer(streamInfo)
            }
        case .ac3(let record): entry.writeBox("dac3") { $0.writeImmutableBuffer(record) }
        case .eac3(let record): entry.writeBox("dec3") { $0.writeImmutableBuffer(record) }
        }
    }

    /// Bytes of `STREAMINFO` (RFC 9639 §8.2).
    static let streamInfoLength = 34
}

extension SoundCoding {
    /// What a sample entry tells about its coding.
    struct Reading {
        let codec: Codec
        let record: ByteBuffer
        /// The sample rate where the coding's own box tells it better than the sample entry.
        var sampleRate: Int?
    }

    /// Reads the box in an audio sample entry that tells the decoder.
    static func read(_ entry: Box) throws(ISOBMFFFault) -> Reading {
        switch entry.type {
        case "mp4a":
            var content = try child("esds", of: entry).fullBox().fields
            let descriptor = try ESDescriptor(reading: &content)
            let record = descriptor.decoderSpecificInformation
            guard descriptor.objectType == .mpeg4Audio else { return Reading(codec: .mp3, record: record) }
            return Reading(codec: .aac, record: record, sampleRate: rateBeyondFields(ofAAC: record))
        case "Opus":
            let box = try child("dOps", of: entry)
            guard let header = OpusIdentificationHeader(boxContent: box.content) else { throw .malformedOpusHeader }
            var record = ByteBuffer()
            header.write(into: &record)
            return Reading(codec: .opus, record: record, sampleRate: OpusIdentificationHeader.sampleRate)
        case "fLaC":
            var fields = try child("dfLa", of: entry).fullBox().fields
            let blockHeader = try fields.readUInt32()
            // STREAMINFO is the first block wherever there are several.
            guard blockHeader & 0x7F00_0000 == 0, Int(blockHeader & 0xFF_FFFF) == streamInfoLength else {
                throw .missingStreamInformation
            }
            let record = try fields.readBytes(streamInfoLength)
            let rate = record.getInteger(at: record.readerIndex + 10, as: UInt32.self).map { Int($0 >> 12) }
            return Reading(codec: .flac, record: record, sampleRate: rate)
        case "ac-3": return Reading(codec: .ac3, record: try child("dac3", of: entry).content)
        case "ec-3": return Reading(codec: .eac3, record: try child("dec3", of: entry).content)
        default: throw .unsupportedSampleEntry(entry.type)
        }
    }

    private static func child(_ type: BoxType, of entry: Box) throws(ISOBMFFFault) -> Box {
        try entry.requiredChild(type, after: AudioSampleEntry.fieldsLength)
    }

    /// The rate of AAC above 65,535 Hz, which the sample entry cannot say.
    private static func rateBeyondFields(ofAAC record: ByteBuffer) -> Int? {
        guard let config = try? AudioSpecificConfig(parsing: record) else { return nil }
        let rate = config.bandReplication?.samplingFrequency ?? config.samplingFrequency
        return rate > Int(UInt16.max) ? rate : nil
    }
}
