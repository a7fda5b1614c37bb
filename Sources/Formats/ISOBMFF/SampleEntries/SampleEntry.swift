import MediaModel
import NIOCore

/// The one sample entry of a track, which says what its samples are coded in (ISO/IEC 14496-12 §8.5.2).
enum SampleEntry {
    case video(VideoSampleEntry)
    case audio(AudioSampleEntry)

    /// Makes the entry that `configuration` asks for, or says why there is none.
    init(_ configuration: CodecConfiguration) throws(ISOBMFFFault) {
        switch configuration.codec.kind {
        case .video: self = .video(try VideoSampleEntry(configuration))
        case .audio: self = .audio(try AudioSampleEntry(configuration))
        }
    }

    /// Reads the configuration out of a sample entry of any coding that is also written.
    static func read(_ entry: Box) throws(ISOBMFFFault) -> CodecConfiguration {
        if let coding = PictureCoding.named(entry.type) { return try VideoSampleEntry.read(entry, coding) }
        return try AudioSampleEntry.read(entry)
    }

    /// How large the picture is shown, in 16.16 fixed point; `nil` for sound.
    var displaySize: (width: UInt32, height: UInt32)? {
        switch self {
        case .video(let entry): entry.displaySize
        case .audio: nil
        }
    }

    /// Writes the entry with the boxes in it.
    func write(into stsd: inout ByteBuffer) {
        switch self {
        case .video(let entry): entry.write(into: &stsd)
        case .audio(let entry): entry.write(into: &stsd)
        }
    }
}

extension CodecConfiguration {
    /// The record, which must be there and within `InitializationSegment.longestRecord`.
    var usableRecord: ByteBuffer {
        get throws(ISOBMFFFault) {
            guard (1...InitializationSegment.longestRecord).contains(record.readableBytes) else {
                throw unusableRecord
            }
            return record
        }
    }

    /// What is thrown when the record is not what the sample entry needs.
    var unusableRecord: ISOBMFFFault { .unusableConfigurationRecord(codec, length: record.readableBytes) }
}
