public import NIOCore

/// What an H.265 NAL unit holds: `nal_unit_type` (ITU-T H.265 §7.4.2.2, table 7-1).
public struct HEVCNALUnitType: RawRepresentable, Hashable, Sendable {
    /// The number, 0 … 63.
    public let rawValue: UInt8

    /// Makes a type of the low six bits of `rawValue`.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue & 0x3F
    }

    /// The type of `unit`, or `nil` when it has no whole header.
    public init?(of unit: ByteBuffer) {
        guard let header = unit.getInteger(at: unit.readerIndex, as: UInt16.self) else { return nil }
        self.init(rawValue: UInt8(truncatingIfNeeded: header >> 9))
    }

    /// A slice of an IDR picture that pictures before it in time may follow.
    public static let idrWithLeadingPictures = HEVCNALUnitType(rawValue: 19)
    /// A slice of an IDR picture that no pictures before it in time follow.
    public static let idrWithoutLeadingPictures = HEVCNALUnitType(rawValue: 20)
    /// A slice of a clean random access picture.
    public static let cleanRandomAccess = HEVCNALUnitType(rawValue: 21)
    /// VPS: what layers and sub-layers there are.
    public static let videoParameterSet = HEVCNALUnitType(rawValue: 32)
    /// SPS: profile, level and size of the pictures.
    public static let sequenceParameterSet = HEVCNALUnitType(rawValue: 33)
    /// PPS: how the slices that name it are coded.
    public static let pictureParameterSet = HEVCNALUnitType(rawValue: 34)
    /// AUD: the start of an access unit.
    public static let accessUnitDelimiter = HEVCNALUnitType(rawValue: 35)
    /// The next picture is an IRAP picture.
    public static let endOfSequence = HEVCNALUnitType(rawValue: 36)
    /// Nothing follows.
    public static let endOfBitstream = HEVCNALUnitType(rawValue: 37)
    /// Padding to keep a bit rate.
    public static let fillerData = HEVCNALUnitType(rawValue: 38)
    /// SEI before the slices: captions, light levels, timecodes and more.
    public static let prefixSupplementalEnhancement = HEVCNALUnitType(rawValue: 39)
    /// SEI behind the slices.
    public static let suffixSupplementalEnhancement = HEVCNALUnitType(rawValue: 40)

    /// Whether this is coded picture content (types 0 … 31).
    public var isSlice: Bool { rawValue < 32 }

    /// Whether a decoder can start with such a slice: BLA, IDR or CRA (types 16 … 23).
    public var isRandomAccessPoint: Bool { 16...23 ~= rawValue }
}

extension LengthPrefixedNALUnits {
    /// Whether an H.265 frame holds a slice of an IRAP picture: of an IDR, CRA or BLA picture.
    public var containsHEVCRandomAccessPoint: Bool {
        contains { HEVCNALUnitType(of: $0)?.isRandomAccessPoint == true }
    }
}
