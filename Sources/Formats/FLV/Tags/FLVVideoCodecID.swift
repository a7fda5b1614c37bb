public import MediaModel

/// How the pictures of a video tag are coded: the low four bits of its first byte (FLV 10.1 §E.4.3.1).
///
/// 8, 9 and 12 … 15 are by no standard, but in use.
public enum FLVVideoCodecID: UInt8, Hashable, Sendable, CaseIterable {
    /// Motion JPEG, of the oldest players.
    case jpeg = 1
    /// Sorenson's variant of H.263.
    case sorensonH263 = 2
    /// Macromedia screen video.
    case screenVideo = 3
    /// On2 VP6.
    case vp6 = 4
    /// On2 VP6 with an alpha channel.
    case vp6Alpha = 5
    /// Macromedia screen video, version 2.
    case screenVideo2 = 6
    /// H.264.
    case avc = 7
    /// H.263 itself, as FFmpeg writes it.
    case h263 = 8
    /// MPEG-4 part 2, as FFmpeg and some drones write it.
    case mpeg4Part2 = 9
    /// H.265, laid out as AVC is.
    case hevc = 12
    /// AV1, laid out as AVC is.
    case av1 = 13
    /// VP8, laid out as AVC is.
    case vp8 = 14
    /// VP9, laid out as AVC is.
    case vp9 = 15

    /// The id that carries `codec`, if FLV has one.
    public init?(_ codec: Codec) {
        guard let id = Self.allCases.first(where: { $0.codec == codec }) else { return nil }
        self = id
    }

    /// The coding as the rest of the house names it.
    public var codec: Codec {
        switch self {
        case .jpeg: .jpeg
        case .sorensonH263: .sorensonH263
        case .screenVideo: .screenVideo
        case .vp6: .vp6
        case .vp6Alpha: .vp6Alpha
        case .screenVideo2: .screenVideo2
        case .avc: .h264
        case .h263: .h263
        case .mpeg4Part2: .mpeg4Part2
        case .hevc: .h265
        case .av1: .av1
        case .vp8: .vp8
        case .vp9: .vp9
        }
    }

    /// Whether players that know nothing but FLV know the id; 12 … 15 are by agreement of a few.
    var isOfficial: Bool { rawValue < 12 }

    /// Whether a packet type and a composition time follow the first byte.
    public var hasPacketType: Bool {
        switch self {
        case .avc, .mpeg4Part2, .hevc, .av1, .vp8, .vp9: true
        case .jpeg, .sorensonH263, .screenVideo, .vp6, .vp6Alpha, .screenVideo2, .h263: false
        }
    }
}
