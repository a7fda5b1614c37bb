public import NIOCore

/// What an H.266 NAL unit holds: `nal_unit_type` (ITU-T H.266 §7.4.2.2, table 5).
public struct VVCNALUnitType: RawRepresentable, Hashable, Sendable {
    /// The number, 0 … 31.
    public let rawValue: UInt8

    /// Makes a type of the low five bits of `rawValue`.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue & 0x1F
    }

    /// The type of `unit`, or `nil` when it has no whole header.
    public init?(of unit: ByteBuffer) {
        guard let header = unit.getInteger(at: unit.readerIndex, as: UInt16.self) else { return nil }
        self.init(rawValue: UInt8(truncatingIfNeeded: header >> 3))
    }

    /// OPI: which operating point to decode.
    public static let operatingPoint = VVCNALUnitType(rawValue: 12)
    /// DCI: what a decoder must be able to do.
    public static let decodingCapability = VVCNALUnitType(rawValue: 13)
    /// VPS: what layers there are; absent when there is one.
    public static let videoParameterSet = VVCNALUnitType(rawValue: 14)
    /// SPS: profile, level and size of the pictures.
    public static let sequenceParameterSet = VVCNALUnitType(rawValue: 15)
    /// PPS: how the slices that name it are coded.
    public static let pictureParameterSet = VVCNALUnitType(rawValue: 16)
    /// AUD: the start of an access unit.
    public static let accessUnitDelimiter = VVCNALUnitType(rawValue: 20)
    /// SEI before the slices: captions, light levels, timecodes and more.
    public static let prefixSupplementalEnhancement = VVCNALUnitType(rawValue: 23)

    /// Whether this is coded picture content (types 0 … 11).
    public var isSlice: Bool { rawValue < 12 }

    /// Whether a decoder can start with such a slice: IDR or CRA (types 7 … 9).
    public var isRandomAccessPoint: Bool { 7...9 ~= rawValue }
}

extension LengthPrefixedNALUnits {
    /// Whether an H.266 frame holds a slice of an IRAP picture: of an IDR or CRA picture.
    public var containsVVCRandomAccessPoint: Bool {
        contains { VVCNALUnitType(of: $0)?.isRandomAccessPoint == true }
    }
}
