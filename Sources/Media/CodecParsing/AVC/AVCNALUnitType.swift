public import NIOCore

/// What an H.264 NAL unit holds: `nal_unit_type` (ITU-T H.264 §7.4.1, table 7-1).
public struct AVCNALUnitType: RawRepresentable, Hashable, Sendable {
    /// The number, 0 … 31.
    public let rawValue: UInt8

    /// Makes a type of the low five bits of `rawValue`, so that a NAL unit's first byte can be given as it is.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue & 0x1F
    }

    /// The type of `unit`, or `nil` when it is empty.
    public init?(of unit: ByteBuffer) {
        guard let header = unit.getInteger(at: unit.readerIndex, as: UInt8.self) else { return nil }
        self.init(rawValue: header)
    }

    /// A slice of a picture that refers to others.
    public static let nonIDRSlice = AVCNALUnitType(rawValue: 1)
    /// The first of the three parts of a partitioned slice.
    public static let sliceDataPartitionA = AVCNALUnitType(rawValue: 2)
    /// A slice of a picture with which decoding can begin.
    public static let idrSlice = AVCNALUnitType(rawValue: 5)
    /// SEI: captions, timecodes, recovery points and more.
    public static let supplementalEnhancement = AVCNALUnitType(rawValue: 6)
    /// SPS: profile, level and size of the pictures.
    public static let sequenceParameterSet = AVCNALUnitType(rawValue: 7)
    /// PPS: how the slices that name it are coded.
    public static let pictureParameterSet = AVCNALUnitType(rawValue: 8)
    /// AUD: the start of an access unit.
    public static let accessUnitDelimiter = AVCNALUnitType(rawValue: 9)
    /// The next picture is an IDR picture.
    public static let endOfSequence = AVCNALUnitType(rawValue: 10)
    /// Nothing follows.
    public static let endOfStream = AVCNALUnitType(rawValue: 11)
    /// Padding to keep a bit rate.
    public static let fillerData = AVCNALUnitType(rawValue: 12)
    /// What an SPS says of auxiliary pictures, such as alpha.
    public static let sequenceParameterSetExtension = AVCNALUnitType(rawValue: 13)

    /// Whether this is coded picture content (types 1 … 5).
    public var isSlice: Bool { (1...5).contains(rawValue) }
}

extension LengthPrefixedNALUnits {
    /// Whether an H.264 frame holds a slice of an IDR picture.
    public var containsAVCIDRSlice: Bool {
        contains { AVCNALUnitType(of: $0) == .idrSlice }
    }
}
