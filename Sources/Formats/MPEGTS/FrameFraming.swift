import CodecParsing
import MediaModel
import NIOCore

/// How the frames of a track lie in its elementary stream.
enum FrameFraming: Sendable {
    /// H.264 as a byte stream: a delimiter first, parameter sets before each sync frame.
    case avc(AVCDecoderConfigurationRecord)
    /// AAC with a header before each frame.
    case adts(AudioSpecificConfig)
    /// MP3 frames as they come.
    case mpegAudio(StreamType)

    init(_ track: Track) throws(MPEGTSFault) {
        switch track.codec {
        case .h264:
            do {
                self = .avc(try AVCDecoderConfigurationRecord(parsing: track.configuration.record))
            } catch {
                throw .unusableConfigurationRecord(.h264)
            }
        case .aac:
            // Whether ADTS can say this configuration shows with a frame of any length.
            guard let config = try? AudioSpecificConfig(parsing: track.configuration.record),
                ADTSHeader(for: config, payloadLength: 0) != nil
            else { throw .unusableConfigurationRecord(.aac) }
            self = .adts(config)
        case .mp3, .mp3At8kHz:
            guard let rate = track.configuration.audio?.sampleRate else { throw .formatUnknown(track.codec) }
            let lowestRateOfMPEG1 = 32_000
            self = .mpegAudio(rate < lowestRateOfMPEG1 ? .mpeg2Audio : .mpeg1Audio)
        case .h265, .h266, .av1, .vp8, .vp9, .jpeg, .sorensonH263, .screenVideo, .screenVideo2, .vp6, .vp6Alpha,
            .h263, .mpeg4Part2, .opus, .flac, .ac3, .eac3, .speex, .adpcm, .linearPCM, .linearPCMLittleEndian,
            .nellymoser, .nellymoser8kHz, .nellymoser16kHz, .g711ALaw, .g711MuLaw, .deviceSpecific:
            throw .unsupportedCodec(track.codec)
        }
    }

    /// The stream's type in the program map.
    var streamType: StreamType {
        switch self {
        case .avc: .avc
        case .adts: .adts
        case .mpegAudio(let type): type
        }
    }

    /// How many bytes come before a frame of sound.
    var soundHeaderLength: Int {
        switch self {
        case .avc, .mpegAudio: 0
        case .adts: ADTSHeader.length
        }
    }

    /// The longest frame of sound that the framing can express, without its header.
    var longestSound: Int {
        switch self {
        case .avc, .mpegAudio: PESHeader.longestLength - PESHeader.longestRest
        case .adts: ADTSHeader.longestFrame - ADTSHeader.length
        }
    }

    /// Appends a frame as it lies in the elementary stream; one of sound is no longer than `longestSound`.
    ///
    /// Returns whether there was anything to write: a frame of video may consist of empty NAL units only.
    @discardableResult
    func write(_ frame: MediaFrame, into destination: inout ByteBuffer) -> Bool {
        switch self {
        case .avc(let record):
            let delimiterLength = 6
            return destination.writeAVCAnnexB(frame.payload, configuration: record, isSync: frame.isSync)
                > delimiterLength
        case .adts(let config):
            ADTSHeader(for: config, payloadLength: frame.payload.readableBytes)?.write(into: &destination)
            destination.writeImmutableBuffer(frame.payload)
            return true
        case .mpegAudio:
            destination.writeImmutableBuffer(frame.payload)
            return true
        }
    }
}
