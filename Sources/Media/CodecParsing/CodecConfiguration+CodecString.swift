public import MediaModel
import NIOCore

extension CodecConfiguration {
    /// The coding as playlists and `MediaSource.isTypeSupported` name it (RFC 6381), such as `avc1.64001f`.
    ///
    /// `nil` for codecs that browsers have no name for, and when the record does not tell what the name needs.
    public var codecString: String? {
        switch codec {
        case .h264: avcCodecString
        case .aac: aacCodecString
        case .mp3, .mp3At8kHz: "mp4a.40.34"
        default: nil
        }
    }

    /// `avc1.PPCCLL`: profile, constraint flags and level in hexadecimal (ISO/IEC 14496-15 Annex E.2).
    private var avcCodecString: String? {
        // A record that cannot be read has no name.
        guard let avc = try? AVCDecoderConfigurationRecord(parsing: record) else { return nil }
        // The parameter set is what the decoder obeys; the record's own bytes are wrong in some cameras' records.
        let set = avc.sequenceParameterSets.first
        let start = (set?.readerIndex ?? 0) + 1
        let profile = set?.getInteger(at: start, as: UInt8.self) ?? avc.profile
        let compatibility = set?.getInteger(at: start + 1, as: UInt8.self) ?? avc.compatibility
        let level = set?.getInteger(at: start + 2, as: UInt8.self) ?? avc.level
        return "avc1." + Self.hexadecimal(profile) + Self.hexadecimal(compatibility) + Self.hexadecimal(level)
    }

    /// `mp4a.40.` and the audio object type.
    private var aacCodecString: String? {
        // A record that cannot be read has no name.
        guard let config = try? AudioSpecificConfig(parsing: record) else { return nil }
        return "mp4a.40.\(config.announcedObjectType.rawValue)"
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
