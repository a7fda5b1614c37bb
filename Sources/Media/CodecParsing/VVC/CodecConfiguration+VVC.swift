public import MediaModel
public import NIOCore

extension CodecConfiguration {
    /// Makes an H.266 configuration of the bytes of a `VvcDecoderConfigurationRecord`; version and flags of the box are
    /// taken off.
    public static func vvc(record bytes: ByteBuffer) throws(ConfigurationRecordFault) -> CodecConfiguration {
        let record = try VVCDecoderConfigurationRecord(parsing: bytes)
        return CodecConfiguration(video: .h266, record: record.bytes, format: record.videoFormat)
    }
}

extension VVCDecoderConfigurationRecord {
    /// The shape of the pictures, as far as the record tells without its parameter sets; `nil` when it does not.
    public var videoFormat: VideoFormat? {
        guard let profileTierLevel, profileTierLevel.width > 0, profileTierLevel.height > 0 else { return nil }
        let light = LightMetadata(units(of: .prefixSupplementalEnhancement), headerLength: 2)
        let rate = Double(profileTierLevel.averageFrameRate) / 256
        return VideoFormat(
            width: profileTierLevel.width, height: profileTierLevel.height, frameRate: rate > 0 ? rate : nil,
            bitDepth: profileTierLevel.bitDepth, masteringDisplay: light.masteringDisplay,
            contentLightLevel: light.contentLightLevel)
    }
}
