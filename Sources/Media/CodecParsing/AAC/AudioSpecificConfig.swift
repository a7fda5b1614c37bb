/// What an AAC decoder must know before the first frame (ISO/IEC 14496-3 §1.6.2.1), the body of an AAC sequence header in
/// FLV and the core of the `esds` box.
public struct AudioSpecificConfig: Hashable, Sendable {
    /// The object type of the core coder; never SBR or parametric stereo, which ``bandReplication`` tells.
    public var objectType: AudioObjectType
    /// Samples per second of the core coder.
    public var samplingFrequency: Int
    /// `channelConfiguration`: 0 when a program config element tells the channels, otherwise an index.
    public var channelConfiguration: UInt8
    /// Channels of the core coder; `nil` when only the frames tell.
    public var channelCount: Int?
    /// Samples per channel in a frame of the core coder; `nil` for object types where the configuration says it
    /// otherwise.
    public var frameLength: Int?
    /// Spectral band replication, if it is signalled.
    ///
    /// A stream may use it without saying so.
    public var bandReplication: BandReplication?

    /// How HE-AAC is announced.
    public struct BandReplication: Hashable, Sendable {
        /// Samples per second of the decoded sound, mostly twice that of the core coder.
        public var samplingFrequency: Int
        /// Whether a mono core decodes to two channels (HE-AAC v2).
        public var hasParametricStereo: Bool
        /// Whether a decoder that does not know it passes over it; otherwise object type 5 or 29 stands in front.
        public var isBackwardCompatible: Bool

        /// Makes an announcement.
        public init(samplingFrequency: Int, hasParametricStereo: Bool = false, isBackwardCompatible: Bool = false) {
            self.samplingFrequency = samplingFrequency
            self.hasParametricStereo = hasParametricStereo
            self.isBackwardCompatible = isBackwardCompatible
        }
    }

    /// The highest sampling frequency that is believed, in hertz: the doubled highest of the table.
    ///
    /// 24 bits could say 16 million.
    public static let highestSamplingFrequency = 192_000

    /// Makes a configuration.
    ///
    /// `channelConfiguration` is the index, which up to 6 is the number of channels.
    public init(
        objectType: AudioObjectType = .aacLC, samplingFrequency: Int, channelConfiguration: UInt8,
        frameLength: Int? = 1024, bandReplication: BandReplication? = nil
    ) {
        self.objectType = objectType
        self.samplingFrequency = samplingFrequency
        self.channelConfiguration = channelConfiguration
        self.channelCount = Self.channelCount(configuration: channelConfiguration)
        self.frameLength = frameLength
        self.bandReplication = bandReplication
    }

    /// The object type that names the whole coding, as codec strings do: 2 LC, 5 HE-AAC, 29 HE-AAC v2.
    public var announcedObjectType: AudioObjectType {
        guard let bandReplication else { return objectType }
        return bandReplication.hasParametricStereo ? .parametricStereo : .sbr
    }

    /// The number of channels of a channel configuration (ISO/IEC 14496-3 table 1.19), `nil` for 0 and reserved ones.
    static func channelCount(configuration: UInt8) -> Int? {
        switch configuration {
        case 1...6: Int(configuration)
        case 7, 12, 14: 8
        case 11: 7
        case 13: 24
        default: nil
        }
    }
}
