public import MediaModel
public import NIOCore

/// What a VP8 or VP9 decoder must know before the first frame: the content of the `vpcC` box without its version and
/// flags ("VP Codec ISO Media File Format Binding" §"VP Codec Configuration Box").
///
/// Everything in it stands in the key frames too, except the level; the size of the picture only there.
public struct VPCodecConfigurationRecord: Hashable, Sendable {
    /// The profile, 0 … 3.
    public var profile: UInt8
    /// Ten times the level; 0 when it is not said.
    public var level: UInt8
    /// Bits in a sample: 8, 10 or 12.
    public var bitDepth: Int
    /// Sampling of the colour planes.
    public var chromaSubsampling: ChromaSubsampling
    /// What the samples mean as colours.
    public var color: ColorDescription

    /// How large the colour planes are and where their samples lie.
    public enum ChromaSubsampling: UInt8, Hashable, Sendable {
        /// Half the size across and down, between two lines.
        case yuv420Vertical
        /// Half the size across and down, on the luma sample.
        case yuv420Colocated
        /// Half the size across.
        case yuv422
        /// Full size.
        case yuv444
        /// Half the size down; has no codec string but is within VP9.
        case yuv440
    }

    /// Length of the record's bytes, without initialization data.
    static let length = 8

    /// Makes a record.
    public init(
        profile: UInt8 = 0, level: UInt8 = 0, bitDepth: Int = 8,
        chromaSubsampling: ChromaSubsampling = .yuv420Colocated, color: ColorDescription = ColorDescription()
    ) {
        self.profile = profile
        self.level = level
        self.bitDepth = bitDepth
        self.chromaSubsampling = chromaSubsampling
        self.color = color
    }

    /// Reads a record, with or without the version and flags of its box in front of it.
    ///
    /// FFmpeg sends them, others do not. A record that begins like them would say a bit depth of 0.
    public init(parsing bytes: ByteBuffer) throws(ConfigurationRecordFault) {
        var bytes = bytes
        if bytes.getInteger(at: bytes.readerIndex, as: UInt32.self) == 0x0100_0000 {
            bytes.moveReaderIndex(forwardBy: 4)
        }
        guard
            let (profile, level, samples, primaries, transfer, matrix) = bytes.readMultipleIntegers(
                as: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8).self)
        else { throw .truncated }
        guard profile <= 3 else { throw .reservedValue(UInt32(profile)) }
        guard [8, 10, 12].contains(samples >> 4) else { throw .reservedValue(UInt32(samples >> 4)) }
        guard let subsampling = ChromaSubsampling(rawValue: samples >> 1 & 0b111) else {
            throw .reservedValue(UInt32(samples >> 1 & 0b111))
        }
        self.init(
            profile: profile, level: level, bitDepth: Int(samples >> 4), chromaSubsampling: subsampling,
            color: ColorDescription(
                primaries: primaries, transferCharacteristics: transfer, matrixCoefficients: matrix,
                isFullRange: samples & 1 == 1))
        // codecInitializationDataSize must be 0 for VP8 and VP9; what a publisher writes there is not passed on.
    }

    /// Appends the record's eight bytes, without version and flags.
    public func write(into buffer: inout ByteBuffer) {
        let samples =
            UInt8(truncatingIfNeeded: bitDepth) << 4 | chromaSubsampling.rawValue << 1 | (color.isFullRange ? 1 : 0)
        buffer.writeMultipleIntegers(
            profile, level, samples, color.primaries, color.transferCharacteristics, color.matrixCoefficients,
            0 as UInt16)
    }

    /// The lowest level that pictures of this size and rate fit into, times ten ("VP9 Levels"); 0 for none.
    ///
    /// A rate that is not known is taken for 30 frames per second.
    public static func level(width: Int, height: Int, frameRate: Double? = nil) -> UInt8 {
        let area = Double(width) * Double(height)
        let rate = area * (frameRate ?? 30)
        return levels.first {
            area <= $0.area && rate <= $0.rate && max(width, height) <= $0.longestSide
        }?.level ?? 0
    }

    /// Each level with its most luma samples in a picture and in a second, and its longest side.
    private static let levels: [(level: UInt8, area: Double, rate: Double, longestSide: Int)] = [
        (10, 36_864, 829_440, 512), (11, 73_728, 2_764_800, 768), (20, 122_880, 4_608_000, 960),
        (21, 245_760, 9_216_000, 1_344), (30, 552_960, 20_736_000, 2_048), (31, 983_040, 36_864_000, 2_752),
        (40, 2_228_224, 83_558_400, 4_160), (41, 2_228_224, 160_432_128, 4_160), (50, 8_912_896, 311_951_360, 8_384),
        (51, 8_912_896, 588_251_136, 8_384), (52, 8_912_896, 1_176_502_272, 8_384),
        (60, 35_651_584, 1_176_502_272, 16_832), (61, 35_651_584, 2_353_004_544, 16_832),
        (62, 35_651_584, 4_706_009_088, 16_832),
    ]
}
