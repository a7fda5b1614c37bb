/// An MPEG-4 audio object type (ISO/IEC 14496-3 table 1.17), 1 … 95.
public struct AudioObjectType: RawRepresentable, Hashable, Sendable {
    /// The number.
    public let rawValue: UInt8

    /// Makes a type of its number.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// AAC with prediction.
    public static let aacMain = AudioObjectType(rawValue: 1)
    /// AAC low complexity, what nearly every publisher sends.
    public static let aacLC = AudioObjectType(rawValue: 2)
    /// AAC with scalable sampling rate.
    public static let aacSSR = AudioObjectType(rawValue: 3)
    /// AAC with long term prediction.
    public static let aacLTP = AudioObjectType(rawValue: 4)
    /// Spectral band replication: HE-AAC.
    public static let sbr = AudioObjectType(rawValue: 5)
    /// Bit-sliced arithmetic coding, error resilient.
    public static let erBSAC = AudioObjectType(rawValue: 22)
    /// Low delay.
    public static let erAACLD = AudioObjectType(rawValue: 23)
    /// Parametric stereo: HE-AAC v2.
    public static let parametricStereo = AudioObjectType(rawValue: 29)
    /// Enhanced low delay.
    public static let erAACELD = AudioObjectType(rawValue: 39)
    /// USAC: xHE-AAC.
    public static let usac = AudioObjectType(rawValue: 42)

    /// Whether a `GASpecificConfig` follows in the configuration.
    var hasGeneralAudioConfig: Bool {
        switch rawValue {
        case 1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23: true
        default: false
        }
    }

    /// Whether this is AAC in layers, whose `GASpecificConfig` numbers them.
    var isScalable: Bool { rawValue == 6 || rawValue == 20 }

    /// Whether this is an error resilient type of general audio, with fields of its own at the end of
    /// `GASpecificConfig`.
    var isErrorResilient: Bool { rawValue >= 17 }

    /// Whether the three flags of resilient sections, scale factors and spectra stand in the `GASpecificConfig`.
    var hasResilienceFlags: Bool { [17, 19, 20, 23].contains(rawValue) }
}
