public import MediaModel

/// How the sound of an audio tag is coded: the high four bits of its first byte (FLV 10.1 §E.4.2.1).
///
/// 9 announces an Enhanced RTMP header and 12 is reserved. 13 is by no standard, but in use.
public enum FLVSoundFormat: UInt8, Hashable, Sendable, CaseIterable {
    /// Raw samples in the byte order of the sender's machine, which is taken for little-endian.
    case linearPCM = 0
    /// ADPCM as SWF files have it.
    case adpcm = 1
    /// MPEG-1 layer 3 at 5.5 to 48 kHz.
    case mp3 = 2
    /// Raw samples, little-endian; 8-bit samples are unsigned.
    case linearPCMLittleEndian = 3
    /// Nellymoser, 16 kHz, mono.
    case nellymoser16kHz = 4
    /// Nellymoser, 8 kHz, mono.
    case nellymoser8kHz = 5
    /// Nellymoser at the rate of the flags.
    case nellymoser = 6
    /// G.711 A-law, 8 kHz.
    case g711ALaw = 7
    /// G.711 µ-law, 8 kHz.
    case g711MuLaw = 8
    /// AAC; the flags mean nothing, and a packet type follows.
    case aac = 10
    /// Speex, 16 kHz, mono, whatever the flags say.
    case speex = 11
    /// Opus as Chinese services sent it before Enhanced RTMP: packets right behind the first byte.
    case opus = 13
    /// MP3 at 8 kHz.
    case mp3At8kHz = 14
    /// Whatever the device likes.
    case deviceSpecific = 15

    /// Whether players that know nothing but FLV know the format.
    var isOfficial: Bool { self != .opus }

    /// The number that announces an Enhanced RTMP header.
    static let extendedHeader: UInt8 = 9

    /// The format that carries `codec`, if FLV has one.
    public init?(_ codec: Codec) {
        guard let format = Self.allCases.first(where: { $0.codec == codec }) else { return nil }
        self = format
    }

    /// The coding as the rest of the house names it.
    public var codec: Codec {
        switch self {
        case .linearPCM: .linearPCM
        case .adpcm: .adpcm
        case .mp3: .mp3
        case .linearPCMLittleEndian: .linearPCMLittleEndian
        case .nellymoser16kHz: .nellymoser16kHz
        case .nellymoser8kHz: .nellymoser8kHz
        case .nellymoser: .nellymoser
        case .g711ALaw: .g711ALaw
        case .g711MuLaw: .g711MuLaw
        case .aac: .aac
        case .speex: .speex
        case .opus: .opus
        case .mp3At8kHz: .mp3At8kHz
        case .deviceSpecific: .deviceSpecific
        }
    }
}
