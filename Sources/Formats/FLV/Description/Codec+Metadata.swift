import AMF
import MediaModel

extension Codec {
    /// Reads a codec id of metadata: a number of FLV, a FourCC as a number, or what somebody calls the coding.
    init?(metadata value: AMF0Value, of kind: MediaKind) {
        if let number = value.number {
            self.init(number: number, of: kind)
        } else if let text = value.string {
            if let number = Double(text) { self.init(number: number, of: kind) } else { self.init(name: text) }
        } else {
            return nil
        }
        guard self.kind == kind else { return nil }
    }

    private init?(number: Double, of kind: MediaKind) {
        guard let number = UInt32(exactly: number) else { return nil }
        let codec: Codec? =
            if let small = UInt8(exactly: number) {
                switch kind {
                case .video: FLVVideoCodecID(rawValue: small)?.codec
                case .audio: FLVSoundFormat(rawValue: small)?.codec
                }
            } else {
                FourCC(rawValue: number).codec
            }
        guard let codec else { return nil }
        self = codec
    }

    /// What XSplit, vMix, Wirecast and others write.
    private init?(name: String) {
        if let codec = FourCC(name)?.codec {
            self = codec
            return
        }
        // What stands behind a full stop is profile and level.
        switch name.lowercased().prefix(while: { $0 != "." }) {
        case "h264", "avc", "avc1", "avc3", "x264": self = .h264
        case "h265", "hevc", "hvc1", "hev1", "x265": self = .h265
        case "h266", "vvc", "vvc1", "vvi1": self = .h266
        case "av1", "av01": self = .av1
        case "vp8", "vp08": self = .vp8
        case "vp9", "vp09": self = .vp9
        case "aac", "mp4a": self = .aac
        case "mp3": self = .mp3
        case "opus": self = .opus
        case "flac": self = .flac
        case "ac3", "ac-3": self = .ac3
        case "eac3", "ec3", "ec-3": self = .eac3
        case "speex": self = .speex
        default: return nil
        }
    }
}
