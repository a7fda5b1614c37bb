public import MediaModel

/// Four letters that name a coding (Enhanced RTMP v2, "Enhanced Audio" and "Enhanced Video").
///
/// Any four bytes are a value of this type; ``codec`` tells the twelve that the specification knows.
public struct FourCC: RawRepresentable, Hashable, Sendable {
    /// The letters as a big-endian number, as `onMetaData` has them.
    public let rawValue: UInt32

    /// Makes a code of the number that travels.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Reads four characters of one byte each; `nil` when there are more, fewer or others.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(5))
        guard bytes.count == 4 else { return nil }
        rawValue = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    private init(_ a: Unicode.Scalar, _ b: Unicode.Scalar, _ c: Unicode.Scalar, _ d: Unicode.Scalar) {
        rawValue = [a, b, c, d].reduce(0) { $0 << 8 | $1.value & 0xFF }
    }

    // MARK: Video

    /// AV1.
    public static let av1 = Self("a", "v", "0", "1")
    /// VP8.
    public static let vp8 = Self("v", "p", "0", "8")
    /// VP9.
    public static let vp9 = Self("v", "p", "0", "9")
    /// H.264.
    public static let avc = Self("a", "v", "c", "1")
    /// H.265.
    public static let hevc = Self("h", "v", "c", "1")
    /// H.266.
    public static let vvc = Self("v", "v", "c", "1")

    // MARK: Audio

    /// AC-3.
    public static let ac3 = Self("a", "c", "-", "3")
    /// E-AC-3.
    public static let eac3 = Self("e", "c", "-", "3")
    /// Opus.
    public static let opus = Self("O", "p", "u", "s")
    /// MP3.
    public static let mp3 = Self(".", "m", "p", "3")
    /// FLAC.
    public static let flac = Self("f", "L", "a", "C")
    /// AAC.
    public static let aac = Self("m", "p", "4", "a")

    /// Every code that the specification knows.
    public static let known = [av1, vp8, vp9, avc, hevc, vvc, ac3, eac3, opus, mp3, flac, aac]
}

extension FourCC: CustomStringConvertible {
    /// The four letters, bytes that are none as `?`.
    public var description: String {
        String(
            [24, 16, 8, 0].map { shift -> Character in
                let scalar = Unicode.Scalar(UInt8(truncatingIfNeeded: rawValue >> UInt32(shift)))
                return (0x20...0x7E).contains(scalar.value) ? Character(scalar) : "?"
            })
    }
}

extension FourCC {
    /// The code of `codec`, if the specification has one.
    public init?(_ codec: Codec) {
        switch codec {
        case .av1: self = .av1
        case .vp8: self = .vp8
        case .vp9: self = .vp9
        case .h264: self = .avc
        case .h265: self = .hevc
        case .h266: self = .vvc
        case .ac3: self = .ac3
        case .eac3: self = .eac3
        case .opus: self = .opus
        case .mp3: self = .mp3
        case .flac: self = .flac
        case .aac: self = .aac
        default: return nil
        }
    }

    /// The coding as the rest of the house names it; `nil` for a code that the specification does not know.
    public var codec: Codec? {
        switch self {
        case .av1: .av1
        case .vp8: .vp8
        case .vp9: .vp9
        case .avc: .h264
        case .hevc: .h265
        case .vvc: .h266
        case .ac3: .ac3
        case .eac3: .eac3
        case .opus: .opus
        case .mp3: .mp3
        case .flac: .flac
        case .aac: .aac
        default: nil
        }
    }

    /// Whether a composition time stands before the frame in a `CodedFrames` packet.
    public var hasCompositionTime: Bool {
        self == .avc || self == .hevc || self == .vvc
    }
}
