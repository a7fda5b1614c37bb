/// What kind of media a track carries.
public enum MediaKind: String, Hashable, Sendable, CaseIterable {
    case video, audio
}

/// Every coding that the house can name, whether or not it can look inside.
public enum Codec: String, Hashable, Sendable, CaseIterable {
    // Video
    case h264, h265, h266, av1, vp8, vp9
    case jpeg, sorensonH263, screenVideo, screenVideo2, vp6, vp6Alpha, h263, mpeg4Part2

    // Audio
    case aac, mp3, opus, flac, ac3, eac3, speex, adpcm
    case linearPCM, linearPCMLittleEndian
    case nellymoser, nellymoser8kHz, nellymoser16kHz
    case g711ALaw, g711MuLaw, mp3At8kHz, deviceSpecific

    /// Whether the codec codes pictures or sound.
    public var kind: MediaKind {
        switch self {
        case .h264, .h265, .h266, .av1, .vp8, .vp9, .jpeg, .sorensonH263, .screenVideo, .screenVideo2, .vp6,
            .vp6Alpha, .h263, .mpeg4Part2:
            .video
        case .aac, .mp3, .opus, .flac, .ac3, .eac3, .speex, .adpcm, .linearPCM, .linearPCMLittleEndian,
            .nellymoser, .nellymoser8kHz, .nellymoser16kHz, .g711ALaw, .g711MuLaw, .mp3At8kHz, .deviceSpecific:
            .audio
        }
    }
}
