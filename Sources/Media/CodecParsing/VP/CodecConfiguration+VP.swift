public import MediaModel
public import NIOCore

extension CodecConfiguration {
    /// Makes a VP8 configuration of the bytes of a `VPCodecConfigurationRecord`; the size is unknown until
    /// ``withSize(fromKeyFrame:)``.
    public static func vp8(record bytes: ByteBuffer) throws(ConfigurationRecordFault) -> CodecConfiguration {
        .vp(.vp8, try VPCodecConfigurationRecord(parsing: bytes), size: nil)
    }

    /// Makes a VP9 configuration of the bytes of a `VPCodecConfigurationRecord`; the size is unknown until
    /// ``withSize(fromKeyFrame:)``.
    public static func vp9(record bytes: ByteBuffer) throws(ConfigurationRecordFault) -> CodecConfiguration {
        .vp(.vp9, try VPCodecConfigurationRecord(parsing: bytes), size: nil)
    }

    /// Makes a VP8 configuration for a publisher that sent no record; `nil` unless `frame` is a key frame.
    public static func vp8(keyFrame frame: ByteBuffer) -> CodecConfiguration? {
        guard let header = VP8FrameHeader(parsing: frame), let width = header.width, let height = header.height else {
            return nil
        }
        return .vp(.vp8, VPCodecConfigurationRecord(profile: header.version), size: (width, height))
    }

    /// Makes a VP9 configuration for a publisher that sent no record; `nil` unless `frame` is a key frame.
    public static func vp9(keyFrame frame: ByteBuffer) -> CodecConfiguration? {
        guard let header = VP9FrameHeader(parsing: frame), let picture = header.picture else { return nil }
        let record = VPCodecConfigurationRecord(
            profile: header.profile, level: 0, bitDepth: picture.bitDepth,
            chromaSubsampling: picture.chromaSubsampling, color: picture.color)
        return .vp(.vp9, record, size: (picture.width, picture.height))
    }

    /// The same configuration with the picture's size, which for VP8 and VP9 only key frames tell.
    ///
    /// `self` when the codec is another, when `frame` is no key frame, and when the size is as it was. A record without
    /// a level gets the one that follows from the size.
    public func withSize(fromKeyFrame frame: ByteBuffer) -> CodecConfiguration {
        let size: (width: Int, height: Int)?
        switch codec {
        case .vp8:
            let header = VP8FrameHeader(parsing: frame)
            size = header?.width.flatMap { width in header?.height.map { (width, $0) } }
        case .vp9: size = VP9FrameHeader(parsing: frame)?.picture.map { ($0.width, $0.height) }
        default: size = nil
        }
        guard let size, size.width != video?.width || size.height != video?.height,
            // A record of ours can be read.
            let record = try? VPCodecConfigurationRecord(parsing: record)
        else { return self }
        return .vp(codec, record, size: size)
    }

    private static func vp(
        _ codec: Codec, _ record: VPCodecConfigurationRecord, size: (width: Int, height: Int)?
    ) -> CodecConfiguration {
        var record = record
        if record.level == 0, let size {
            record.level = VPCodecConfigurationRecord.level(width: size.width, height: size.height)
        }
        var bytes = ByteBuffer()
        record.write(into: &bytes)
        let isColorKnown = record.color != ColorDescription()
        return CodecConfiguration(
            video: codec, record: bytes,
            format: size.map {
                VideoFormat(
                    width: $0.width, height: $0.height, bitDepth: record.bitDepth,
                    color: isColorKnown ? record.color : nil)
            })
    }
}
