public import NIOCore

/// An open bitstream unit (AV1 §5.3).
public struct AV1OBU: Hashable, Sendable {
    /// `obu_type`.
    public let type: AV1OBUType
    /// `temporal_id`, 0 … 7; 0 when the header has no extension.
    public let temporalIdentifier: UInt8
    /// `spatial_id`, 0 … 3; 0 when the header has no extension.
    public let spatialIdentifier: UInt8
    /// What stands behind header and size.
    public let payload: ByteBuffer
    /// The whole unit, header and size included.
    public let bytes: ByteBuffer
}

/// What an OBU holds: `obu_type` (AV1 §6.2.2).
public struct AV1OBUType: RawRepresentable, Hashable, Sendable {
    /// The number, 0 … 15.
    public let rawValue: UInt8

    /// Makes a type of the low four bits of `rawValue`.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue & 0xF
    }

    /// Profile, level and size of the pictures.
    public static let sequenceHeader = AV1OBUType(rawValue: 1)
    /// The start of a temporal unit; left out in FLV and ISO BMFF.
    public static let temporalDelimiter = AV1OBUType(rawValue: 2)
    /// The header of a frame whose tiles follow in units of their own.
    public static let frameHeader = AV1OBUType(rawValue: 3)
    /// Tiles.
    public static let tileGroup = AV1OBUType(rawValue: 4)
    /// Mastering display, light levels, timecodes and more.
    public static let metadata = AV1OBUType(rawValue: 5)
    /// A frame: header and tiles.
    public static let frame = AV1OBUType(rawValue: 6)
    /// A frame header once more.
    public static let redundantFrameHeader = AV1OBUType(rawValue: 7)
    /// Tiles of large scale tile decoding.
    public static let tileList = AV1OBUType(rawValue: 8)
    /// Padding to keep a bit rate.
    public static let padding = AV1OBUType(rawValue: 15)
}

/// The OBUs of a temporal unit in the low-overhead format (AV1 §5.2).
///
/// A unit without a size lasts to the end. Bytes that are no unit stop the iteration and set ``isCutShort``.
public struct AV1OBUs: Sequence, IteratorProtocol, Sendable {
    private var rest: ByteBuffer

    /// Whether the iteration came to something that is no whole unit.
    public private(set) var isCutShort = false

    /// Makes a sequence over the readable bytes of `temporalUnit`.
    public init(_ temporalUnit: ByteBuffer) {
        rest = temporalUnit
    }

    /// The next unit.
    public mutating func next() -> AV1OBU? {
        guard rest.readableBytes > 0 else { return nil }
        guard let unit = readUnit() else {
            isCutShort = true
            rest.moveReaderIndex(to: rest.writerIndex)
            return nil
        }
        return unit
    }

    /// Whether the units fill the bytes exactly.
    public var isWellFormed: Bool {
        var units = self
        while units.next() != nil {}
        return !units.isCutShort
    }

    private mutating func readUnit() -> AV1OBU? {
        var unit = rest
        guard let header = unit.readInteger(as: UInt8.self), header & 0x80 == 0 else { return nil }
        var identifiers: UInt8 = 0
        if header & 0b100 != 0 {
            guard let byte = unit.readInteger(as: UInt8.self) else { return nil }
            identifiers = byte
        }
        var length = unit.readableBytes
        if header & 0b10 != 0 {
            guard let size = unit.readLEB128() else { return nil }
            length = Int(size)
        }
        guard let payload = unit.readSlice(length: length),
            let bytes = rest.readSlice(length: unit.readerIndex - rest.readerIndex)
        else { return nil }
        return AV1OBU(
            type: AV1OBUType(rawValue: header >> 3), temporalIdentifier: identifiers >> 5,
            spatialIdentifier: identifiers >> 3 & 0b11, payload: payload, bytes: bytes)
    }
}

extension ByteBuffer {
    /// Reads `leb128()` of at most eight bytes (AV1 §4.10.5); `nil` when it is cut short or above 2³² − 1.
    mutating func readLEB128() -> UInt32? {
        var value: UInt64 = 0
        for index in 0..<8 {
            guard let byte = readInteger(as: UInt8.self) else { return nil }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte & 0x80 == 0 { return UInt32(exactly: value) }
        }
        return nil
    }

    /// Writes `leb128()` in as few bytes as it takes.
    mutating func writeLEB128(_ value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        writeInteger(UInt8(truncatingIfNeeded: rest))
    }
}
