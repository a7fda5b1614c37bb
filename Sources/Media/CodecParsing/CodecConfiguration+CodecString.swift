public import MediaModel
import NIOCore

extension CodecConfiguration {
    /// The coding as playlists and `MediaSource.isTypeSupported` name it (RFC 6381), such as `avc1.64001f`.
    ///
    /// `nil` for codecs that browsers have no name for, and when the record does not tell what the name needs.
    public var codecString: String? {
        // A record that cannot be read has no name.
        switch codec {
        case .h264: (try? AVCDecoderConfigurationRecord(parsing: record))?.codecString
        case .h265: (try? HEVCDecoderConfigurationRecord(parsing: record))?.codecString
        case .h266: (try? VVCDecoderConfigurationRecord(parsing: record))?.codecString
        case .av1: (try? AV1CodecConfigurationRecord(parsing: record))?.codecString
        case .vp8: vpCodecString(entry: "vp08")
        case .vp9: vpCodecString(entry: "vp09")
        case .aac: (try? AudioSpecificConfig(parsing: record))?.codecString
        case .mp3, .mp3At8kHz: "mp4a.40.34"
        // The sample entry is `Opus`. Chromium's MediaSource and hls.js take both today, but for years both of them knew
        // the small letter only, and so do other players.
        case .opus: "opus"
        // Here it is the sample entry that hls.js has always known; Chromium takes it and `flac`.
        case .flac: "fLaC"
        case .ac3: "ac-3"
        case .eac3: "ec-3"
        default: nil
        }
    }
}

extension String {
    /// `byte` as two hexadecimal digits.
    init(hexadecimal byte: UInt8) {
        self = (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    /// `number` as two decimal digits at least.
    init(twoDigits number: some BinaryInteger) {
        self = (number < 10 ? "0" : "") + String(number)
    }
}

extension ColorDescription {
    /// `.PP.TT.MM.` of the strings of AV1 and VP9.
    var codecStringPart: String {
        ".\(String(twoDigits: primaries)).\(String(twoDigits: transferCharacteristics))"
            + ".\(String(twoDigits: matrixCoefficients))."
    }

    /// Whether a player that is told nothing assumes the same: BT.709 in the narrow range.
    ///
    /// What is unspecified is nothing to tell.
    var isDefaultOfCodecStrings: Bool {
        !isFullRange && [primaries, transferCharacteristics, matrixCoefficients].allSatisfy { $0 == 1 || $0 == 2 }
    }
}
