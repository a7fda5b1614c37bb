public import NIOCore

/// What an H.265 decoder must know before the first frame (ISO/IEC 14496-15 §8.3.2.1), the body of an HEVC sequence start
/// in FLV and of the `hvcC` box.
public struct HEVCDecoderConfigurationRecord: Hashable, Sendable {
    /// Profile, tier and level.
    public let general: HEVCProfileTierLevel
    /// `min_spatial_segmentation_idc`, 0 … 4,095; 0 when it is not said.
    public let minimumSpatialSegmentation: UInt16
    /// `parallelismType`, 0 … 3; 0 when it is mixed or not said.
    public let parallelismType: UInt8
    /// Sampling of the colour planes.
    public let chromaFormat: ChromaFormat
    /// Bits in a luma sample, 8 … 15.
    public let lumaBitDepth: Int
    /// Bits in a chroma sample, 8 … 15.
    public let chromaBitDepth: Int
    /// `avgFrameRate`: frames in 256 seconds; 0 when it is not said.
    public let averageFrameRate: UInt16
    /// `constantFrameRate`, 0 … 3; 0 when it is not said.
    public let constantFrameRate: UInt8
    /// `numTemporalLayers`, 0 … 7; 0 when it is not said.
    public let temporalLayerCount: UInt8
    /// `temporalIdNested`.
    public let isTemporalIDNested: Bool
    /// The size of the length before each NAL unit in the frames.
    public let nalUnitLength: NALUnitLength
    /// Parameter sets and SEI, by type, in the order of the record.
    public let arrays: [NALUnitArray]

    /// NAL units of one type.
    public struct NALUnitArray: Hashable, Sendable {
        /// The type of all of them.
        public let type: HEVCNALUnitType
        /// `array_completeness`: whether no others of the type are in the frames.
        public let isComplete: Bool
        /// The units, NAL unit header first.
        public let units: [ByteBuffer]
    }

    /// The most NAL units of all arrays together: what one video, 16 sequence and 64 picture parameter sets
    /// (ITU-T H.265 §7.4.3) need, several times over.
    ///
    /// Two bytes of a record can promise 65,535 units.
    public static let mostUnits = 255
    /// The longest NAL unit that a 16-bit length can say, in bytes.
    public static let longestUnit = 65_535

    /// The NAL units of `type`.
    public func units(of type: HEVCNALUnitType) -> [ByteBuffer] {
        arrays.lazy.filter { $0.type == type }.flatMap(\.units)
    }

    /// Whether a decoder can start with this record alone.
    public var isComplete: Bool {
        HEVCNALUnitType.neededParameterSets.allSatisfy { !units(of: $0).isEmpty }
    }

    /// What the first sequence parameter set of the base layer says; `nil` when there is none that can be read.
    public var firstSequenceParameterSet: HEVCSequenceParameterSet? {
        // A publisher whose parameter set we cannot read may still be played by those who can: the format is unknown.
        units(of: .sequenceParameterSet).first.flatMap { try? HEVCSequenceParameterSet(parsing: $0) }
    }
}

extension HEVCDecoderConfigurationRecord {
    /// Makes a record of parameter sets; profile, format and layers are those of the first sequence parameter set.
    public init(
        videoParameterSets: [ByteBuffer], sequenceParameterSets: [ByteBuffer], pictureParameterSets: [ByteBuffer],
        supplementalEnhancements: [ByteBuffer] = [], nalUnitLength: NALUnitLength = .fourBytes
    ) throws(ConfigurationRecordFault) {
        guard let first = sequenceParameterSets.first else { throw .noSequenceParameterSet }
        let set: HEVCSequenceParameterSet
        do throws(ParameterSetFault) {
            set = try HEVCSequenceParameterSet(parsing: first)
        } catch {
            throw .noSequenceParameterSet
        }
        let arrays = [
            NALUnitArray(type: .videoParameterSet, isComplete: false, units: videoParameterSets),
            NALUnitArray(type: .sequenceParameterSet, isComplete: false, units: sequenceParameterSets),
            NALUnitArray(type: .pictureParameterSet, isComplete: false, units: pictureParameterSets),
            NALUnitArray(type: .prefixSupplementalEnhancement, isComplete: false, units: supplementalEnhancements),
        ].filter { !$0.units.isEmpty }
        let units = arrays.flatMap(\.units)
        guard units.count <= Self.mostUnits else { throw .tooManyParameterSets(units.count) }
        for unit in units where unit.readableBytes > Self.longestUnit {
            throw .parameterSetTooLong(unit.readableBytes)
        }
        general = set.general
        minimumSpatialSegmentation = 0
        parallelismType = 0
        chromaFormat = set.chromaFormat
        // Three bits: sixteen bits of sample have no place in a record.
        lumaBitDepth = min(set.lumaBitDepth, 15)
        chromaBitDepth = min(set.chromaBitDepth, 15)
        averageFrameRate = 0
        constantFrameRate = 0
        temporalLayerCount = UInt8(truncatingIfNeeded: set.temporalLayerCount)
        isTemporalIDNested = set.isTemporalIDNested
        self.nalUnitLength = nalUnitLength
        self.arrays = arrays
    }
}
