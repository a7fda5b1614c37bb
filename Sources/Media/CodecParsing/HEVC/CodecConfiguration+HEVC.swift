public import MediaModel
public import NIOCore

extension CodecConfiguration {
    /// Makes an H.265 configuration of the bytes of an `HEVCDecoderConfigurationRecord`, which are kept as they are.
    public static func hevc(record bytes: ByteBuffer) throws(ConfigurationRecordFault) -> CodecConfiguration {
        hevc(try HEVCDecoderConfigurationRecord(parsing: bytes), bytes: bytes)
    }

    /// Makes an H.265 configuration of a record and its bytes.
    public static func hevc(_ record: HEVCDecoderConfigurationRecord, bytes: ByteBuffer) -> CodecConfiguration {
        CodecConfiguration(video: .h265, record: bytes, format: record.videoFormat)
    }

    /// Makes an H.265 configuration of a record that was put together here.
    public static func hevc(_ record: HEVCDecoderConfigurationRecord) -> CodecConfiguration {
        var bytes = ByteBuffer()
        record.write(into: &bytes)
        return hevc(record, bytes: bytes)
    }
}

extension HEVCDecoderConfigurationRecord {
    /// The shape of the pictures; `nil` when no sequence parameter set can be read.
    public var videoFormat: VideoFormat? {
        guard let set = firstSequenceParameterSet else { return nil }
        let light = LightMetadata(units(of: .prefixSupplementalEnhancement), headerLength: 2)
        return VideoFormat(
            width: set.width, height: set.height, sampleAspectRatio: set.usability?.sampleAspectRatio,
            frameRate: set.frameRate ?? frameRateOfVideoParameterSet, bitDepth: set.lumaBitDepth,
            color: set.usability?.color, masteringDisplay: light.masteringDisplay,
            contentLightLevel: light.contentLightLevel)
    }

    private var frameRateOfVideoParameterSet: Double? {
        units(of: .videoParameterSet).first
            // Who cannot be read says nothing of time.
            .flatMap { try? HEVCVideoParameterSet(parsing: $0) }
            .flatMap { $0.timing?.frameRate(ticksPerFrame: 1) }
    }
}
