import MediaModel
import NIOCore

/// The one sample entry of a track, which says what its samples are coded in (ISO/IEC 14496-12 §8.5.2).
enum SampleEntry {
    case video(VideoSampleEntry)
    case audio(AudioSampleEntry)

    /// Makes the entry that `configuration` asks for, or says why there is none.
    init(_ configuration: CodecConfiguration) throws(ISOBMFFFault) {
        switch configuration.codec {
        case .h264:
            self = .video(try VideoSampleEntry(configuration))
        case .aac, .mp3, .mp3At8kHz:
            self = .audio(try AudioSampleEntry(configuration))
        case .h265, .h266, .av1, .vp8, .vp9, .jpeg, .sorensonH263, .screenVideo, .screenVideo2, .vp6, .vp6Alpha,
            .h263, .mpeg4Part2, .opus, .flac, .ac3, .eac3, .speex, .adpcm, .linearPCM, .linearPCMLittleEndian,
            .nellymoser, .nellymoser8kHz, .nellymoser16kHz, .g711ALaw, .g711MuLaw, .deviceSpecific:
            throw .unsupportedCodec(configuration.codec)
        }
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
                throw .unusableConfigurationRecord(codec, length: record.readableBytes)
            }
            return record
        }
    }
}
