import CodecParsing
import MediaModel
import NIOCore

/// What a decoder configuration record tells, beyond the configuration itself.
struct DescribedPictures {
    let configuration: CodecConfiguration
    /// The length of the lengths in the frames, of codings that have such.
    var nalUnitLength: NALUnitLength?
    /// Whether a decoder can start with it.
    var isComplete = true

    /// Reads the record of `codec`, whatever that calls it; its bytes are kept.
    init(_ codec: Codec, record: ByteBuffer) throws(ConfigurationRecordFault) {
        switch codec {
        case .h264:
            let avc = try AVCDecoderConfigurationRecord(parsing: record)
            configuration = .avc(avc, bytes: record)
            nalUnitLength = avc.nalUnitLength
            isComplete = avc.isComplete
        case .h265:
            let hevc = try HEVCDecoderConfigurationRecord(parsing: record)
            configuration = .hevc(hevc, bytes: record)
            nalUnitLength = hevc.nalUnitLength
            isComplete = hevc.isComplete
        case .h266:
            configuration = try .vvc(record: record)
            nalUnitLength = try VVCDecoderConfigurationRecord(parsing: record).nalUnitLength
        case .av1: configuration = try .av1(record: record)
        case .vp8: configuration = try .vp8(record: record)
        case .vp9: configuration = try .vp9(record: record)
        default: configuration = CodecConfiguration(video: codec, record: record)
        }
    }
}

extension CodecConfiguration {
    /// Makes an Opus configuration for a publisher that sent no identification header.
    ///
    /// Without `channelCount` the packet tells whether the sound is stereo (RFC 6716 §3.1). How more than two channels
    /// are divided into streams only a header could tell, so of those there is a format and no record.
    static func opus(firstPacket packet: ByteBuffer, channelCount: UInt8?) -> CodecConfiguration? {
        guard let contents = packet.getInteger(at: packet.readerIndex, as: UInt8.self) else { return nil }
        let count = channelCount.map(Int.init) ?? (contents & 0b100 != 0 ? 2 : 1)
        guard count > 2 else { return .opus(OpusIdentificationHeader(channelCount: max(count, 1))) }
        return CodecConfiguration(
            audio: .opus,
            format: AudioFormat(sampleRate: OpusIdentificationHeader.sampleRate, channelCount: count))
    }

    /// The same configuration, with what metadata say in the places that record and frames leave open.
    func completed(by hint: TrackDescription) -> CodecConfiguration {
        guard codec.kind == .video else { return self }
        guard var format = video else {
            guard let width = hint.width, let height = hint.height else { return self }
            return CodecConfiguration(
                video: codec, record: record,
                format: VideoFormat(width: width, height: height, frameRate: hint.frameRate))
        }
        guard format.frameRate == nil, let frameRate = hint.frameRate else { return self }
        format.frameRate = frameRate
        return CodecConfiguration(video: codec, record: record, format: format)
    }
}
