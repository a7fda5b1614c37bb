import CodecParsing
import MediaModel
import NIOCore

/// How the frames of a track lie in its elementary stream.
enum FrameFraming: Sendable {
    /// H.264 as a byte stream: a delimiter first, parameter sets before each sync frame.
    case avc(AVCDecoderConfigurationRecord)
    /// H.265 in the same way.
    case hevc(HEVCDecoderConfigurationRecord)
    /// AAC with a header before each frame.
    case adts(AudioSpecificConfig)
    /// Opus with a control header before each packet, and what the descriptor says about channels.
    case opus(channelConfiguration: UInt8)
    /// MP3, AC-3 and E-AC-3: frames as they come, which begin with a sync word of their own.
    case selfFramed(StreamType)

    init(_ track: Track) throws(MPEGTSFault) {
        let configuration = track.configuration
        switch track.codec {
        case .h264:
            guard let record = try? AVCDecoderConfigurationRecord(parsing: configuration.record) else {
                throw .unusableConfigurationRecord(.h264)
            }
            self = .avc(record)
        case .h265:
            guard let record = try? HEVCDecoderConfigurationRecord(parsing: configuration.record) else {
                throw .unusableConfigurationRecord(.h265)
            }
            self = .hevc(record)
        case .aac:
            // Whether ADTS can say this configuration shows with a frame of any length.
            guard let config = try? AudioSpecificConfig(parsing: configuration.record),
                ADTSHeader(for: config, payloadLength: 0) != nil
            else { throw .unusableConfigurationRecord(.aac) }
            self = .adts(config)
        case .opus:
            guard let header = try? OpusIdentificationHeader(parsing: configuration.record),
                let code = OpusAccessUnit.channelConfiguration(of: header)
            else { throw .unusableConfigurationRecord(.opus) }
            self = .opus(channelConfiguration: code)
        case .mp3, .mp3At8kHz:
            guard let rate = configuration.audio?.sampleRate else { throw .formatUnknown(track.codec) }
            let lowestRateOfMPEG1 = 32_000
            self = .selfFramed(rate < lowestRateOfMPEG1 ? .mpeg2Audio : .mpeg1Audio)
        case .ac3: self = .selfFramed(.ac3)
        case .eac3: self = .selfFramed(.eac3)
        case .h266, .av1, .vp8, .vp9, .jpeg, .sorensonH263, .screenVideo, .screenVideo2, .vp6, .vp6Alpha, .h263,
            .mpeg4Part2, .flac, .speex, .adpcm, .linearPCM, .linearPCMLittleEndian, .nellymoser, .nellymoser8kHz,
            .nellymoser16kHz, .g711ALaw, .g711MuLaw, .deviceSpecific:
            throw .unsupportedCodec(track.codec)
        }
    }

    /// The stream's type in the program map.
    var streamType: StreamType {
        switch self {
        case .avc: .avc
        case .hevc: .hevc
        case .adts: .adts
        case .opus: .privateData
        case .selfFramed(let type): type
        }
    }

    /// What the program map says besides the type; ATSC asks for it with AC-3, and Opus has nothing else to be known by.
    var registration: FormatIdentifier? {
        switch self {
        case .hevc: .hevc
        case .opus: .opus
        case .selfFramed(.ac3): .ac3
        case .selfFramed(.eac3): .eac3
        case .avc, .adts, .selfFramed: nil
        }
    }

    /// The identifier of the stream's PES packets, for the track with this number among those of its kind.
    ///
    /// 0xE0 … 0xEF are video, 0xC0 … 0xDF MPEG's own sound, 0xBD that of others (ISO/IEC 13818-1 table 2-22).
    func streamID(_ indexInKind: Int) -> UInt8 {
        let index = UInt8(clamping: indexInKind)
        switch self {
        case .avc, .hevc: return 0xE0 + min(index, 0x0F)
        case .adts, .selfFramed(.mpeg1Audio), .selfFramed(.mpeg2Audio): return 0xC0 + min(index, 0x1F)
        case .opus, .selfFramed: return 0xBD
        }
    }

    /// How many bytes come before a frame of sound of `length` bytes.
    func soundHeaderLength(of length: Int) -> Int {
        switch self {
        case .avc, .hevc, .selfFramed: 0
        case .adts: ADTSHeader.length
        case .opus: OpusAccessUnit.headerLength(of: length)
        }
    }

    /// The longest frame of sound that the framing can express, without its header.
    var longestSound: Int {
        let most = PESHeader.longestLength - PESHeader.longestRest
        switch self {
        case .avc, .hevc, .selfFramed: return most
        case .adts: return ADTSHeader.longestFrame - ADTSHeader.length
        case .opus: return most - OpusAccessUnit.headerLength(of: most)
        }
    }

    /// Appends a frame as it lies in the elementary stream; one of sound is no longer than `longestSound`.
    ///
    /// - Parameter bringsParameterSets: whether those of the track come before it, if it has none of its own.
    /// Returns whether there was anything to write: a frame of video may consist of empty NAL units only.
    @discardableResult
    func write(_ frame: MediaFrame, bringsParameterSets: Bool, into destination: inout ByteBuffer) -> Bool {
        switch self {
        case .avc(let record):
            let delimiterLength = 6
            return destination.writeAVCAnnexB(
                frame.payload, configuration: record, isSync: bringsParameterSets)
                > delimiterLength
        case .hevc(let record):
            let delimiterLength = 7
            return destination.writeHEVCAnnexB(
                frame.payload, configuration: record, isSync: bringsParameterSets)
                > delimiterLength
        case .adts(let config):
            ADTSHeader(for: config, payloadLength: frame.payload.readableBytes)?.write(into: &destination)
            destination.writeImmutableBuffer(frame.payload)
        case .opus:
            OpusAccessUnit.write(frame.payload, into: &destination)
        case .selfFramed:
            destination.writeImmutableBuffer(frame.payload)
        }
        return true
    }
}
