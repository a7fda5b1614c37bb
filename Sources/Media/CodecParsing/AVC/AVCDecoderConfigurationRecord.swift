public import NIOCore

/// What an H.264 decoder must know before the first frame (ISO/IEC 14496-15 §5.3.3.1), the body of an AVC sequence
/// header in FLV and of the `avcC` box.
public struct AVCDecoderConfigurationRecord: Hashable, Sendable {
    /// `AVCProfileIndication`: `profile_idc` of the sequence parameter sets.
    public let profile: UInt8
    /// `profile_compatibility`: the byte of constraint flags between profile and level.
    public let compatibility: UInt8
    /// `AVCLevelIndication`: ten times the level.
    public let level: UInt8
    /// The size of the length before each NAL unit in the frames.
    public let nalUnitLength: NALUnitLength
    /// Sequence parameter sets, NAL unit header first; none when the publisher sends them in the frames only.
    public let sequenceParameterSets: [ByteBuffer]
    /// Picture parameter sets, NAL unit header first.
    public let pictureParameterSets: [ByteBuffer]
    /// Sequence parameter set extensions (profiles 100, 110, 122 and 144), NAL unit header first.
    public let sequenceParameterSetExtensions: [ByteBuffer]

    /// The most sequence parameter sets that five bits count.
    public static let mostSequenceParameterSets = 31
    /// The most picture parameter sets, and extensions, that one byte counts.
    public static let mostPictureParameterSets = 255
    /// The longest parameter set that a 16-bit length can say, in bytes.
    public static let longestParameterSet = 65_535

    /// Makes a record of parameter sets; profile, compatibility and level are those of the first.
    public init(
        sequenceParameterSets: [ByteBuffer], pictureParameterSets: [ByteBuffer],
        sequenceParameterSetExtensions: [ByteBuffer] = [], nalUnitLength: NALUnitLength = .fourBytes
    ) throws(ConfigurationRecordFault) {
        guard sequenceParameterSets.count <= Self.mostSequenceParameterSets else {
            throw .tooManyParameterSets(sequenceParameterSets.count)
        }
        for sets in [pictureParameterSets, sequenceParameterSetExtensions]
        where sets.count > Self.mostPictureParameterSets {
            throw .tooManyParameterSets(sets.count)
        }
        for set in sequenceParameterSets + pictureParameterSets + sequenceParameterSetExtensions
        where set.readableBytes > Self.longestParameterSet {
            throw .parameterSetTooLong(set.readableBytes)
        }
        var header = sequenceParameterSets.first ?? ByteBuffer()
        guard
            let (_, profile, compatibility, level) = header.readMultipleIntegers(as: (UInt8, UInt8, UInt8, UInt8).self)
        else { throw .noSequenceParameterSet }
        self.init(
            profile: profile, compatibility: compatibility, level: level, nalUnitLength: nalUnitLength,
            sequenceParameterSets: sequenceParameterSets, pictureParameterSets: pictureParameterSets,
            sequenceParameterSetExtensions: sequenceParameterSetExtensions)
    }

    init(
        profile: UInt8, compatibility: UInt8, level: UInt8, nalUnitLength: NALUnitLength,
        sequenceParameterSets: [ByteBuffer], pictureParameterSets: [ByteBuffer],
        sequenceParameterSetExtensions: [ByteBuffer]
    ) {
        self.profile = profile
        self.compatibility = compatibility
        self.level = level
        self.nalUnitLength = nalUnitLength
        self.sequenceParameterSets = sequenceParameterSets
        self.pictureParameterSets = pictureParameterSets
        self.sequenceParameterSetExtensions = sequenceParameterSetExtensions
    }

    /// Whether a decoder can start with this record alone.
    public var isComplete: Bool { !sequenceParameterSets.isEmpty && !pictureParameterSets.isEmpty }

    /// Whether the record of this profile may end with chroma format, bit depths and extensions.
    static func hasExtensions(profile: UInt8) -> Bool {
        [100, 110, 122, 144].contains(profile)
    }
}
