public import MediaModel
public import NIOCore

/// What a record or a frame says about light besides the meaning of its samples: static metadata of high dynamic range.
public struct LightMetadata: Hashable, Sendable {
    /// The screen on which the pictures were mastered; `nil` when it is not said.
    public internal(set) var masteringDisplay: MasteringDisplay?
    /// How bright the content becomes; `nil` when it is not said.
    public internal(set) var contentLightLevel: ContentLightLevel?
}

extension CodecConfiguration {
    /// The same configuration with what `frame`, a sync frame, says about light; `self` when it says nothing new, and
    /// when nothing is known of the pictures.
    ///
    /// Encoders put it in the record, or before each sync frame, or in both places.
    public func withLightMetadata(fromSyncFrame frame: ByteBuffer) -> CodecConfiguration {
        guard var format = video else { return self }
        let light: LightMetadata
        switch codec {
        case .h264:
            light = LightMetadata(
                units(of: frame).filter { AVCNALUnitType(of: $0) == .supplementalEnhancement }, headerLength: 1)
        case .h265:
            light = LightMetadata(
                units(of: frame).filter { HEVCNALUnitType(of: $0) == .prefixSupplementalEnhancement }, headerLength: 2)
        case .h266:
            light = LightMetadata(
                units(of: frame).filter { VVCNALUnitType(of: $0) == .prefixSupplementalEnhancement }, headerLength: 2)
        case .av1: light = LightMetadata(av1OBUs: frame)
        default: return self
        }
        format.masteringDisplay = light.masteringDisplay ?? format.masteringDisplay
        format.contentLightLevel = light.contentLightLevel ?? format.contentLightLevel
        return format == video ? self : CodecConfiguration(video: codec, record: record, format: format)
    }

    private func units(of frame: ByteBuffer) -> LengthPrefixedNALUnits {
        LengthPrefixedNALUnits(frame, nalUnitLength: nalUnitLength ?? .fourBytes)
    }

    /// The size of the length before each NAL unit, which the records of H.264, H.265 and H.266 tell; `nil` for other
    /// codecs, and when the record cannot be read.
    public var nalUnitLength: NALUnitLength? {
        switch codec {
        case .h264: (try? AVCDecoderConfigurationRecord(parsing: record))?.nalUnitLength
        case .h265: (try? HEVCDecoderConfigurationRecord(parsing: record))?.nalUnitLength
        case .h266: (try? VVCDecoderConfigurationRecord(parsing: record))?.nalUnitLength
        default: nil
        }
    }
}
