public import NIOCore

/// The NAL units of a frame in the form of FLV and ISO BMFF: each behind its length (ISO/IEC 14496-15 §5.3.2).
///
/// Units are slices of the payload, header byte first. Empty units are passed over: a drone sends them. A length that
/// runs past the end stops the iteration and sets ``isCutShort``; to see the flag, iterate with `while let` over a
/// variable.
public struct LengthPrefixedNALUnits: Sequence, IteratorProtocol, Sendable {
    private var rest: ByteBuffer
    private let nalUnitLength: NALUnitLength

    /// Whether a length said more than there was.
    ///
    /// True only after the iteration has come to that place.
    public private(set) var isCutShort = false

    /// Makes a sequence over the readable bytes of `payload`.
    public init(_ payload: ByteBuffer, nalUnitLength: NALUnitLength = .fourBytes) {
        rest = payload
        self.nalUnitLength = nalUnitLength
    }

    /// The next unit that is not empty.
    public mutating func next() -> ByteBuffer? {
        while rest.readableBytes > 0 {
            guard let length = readLength(), let unit = rest.readSlice(length: length) else {
                isCutShort = true
                rest.moveReaderIndex(to: rest.writerIndex)
                return nil
            }
            if length > 0 { return unit }
        }
        return nil
    }

    /// Whether the lengths lead exactly to the end of the payload.
    public var isWellFormed: Bool {
        var units = self
        while units.next() != nil {}
        return !units.isCutShort
    }

    private mutating func readLength() -> Int? {
        switch nalUnitLength {
        case .oneByte: rest.readInteger(as: UInt8.self).map(Int.init)
        case .twoBytes: rest.readInteger(as: UInt16.self).map(Int.init)
        case .fourBytes: rest.readInteger(as: UInt32.self).map(Int.init)
        }
    }
}

extension ByteBuffer {
    /// Writes `unit` behind its length.
    ///
    /// A unit that is too long for the length is left out, and `false` returned.
    @discardableResult
    public mutating func writeLengthPrefixedNALUnit(_ unit: ByteBuffer, nalUnitLength: NALUnitLength = .fourBytes)
        -> Bool
    {
        let length = unit.readableBytes
        guard length <= nalUnitLength.longestUnit else { return false }
        switch nalUnitLength {
        case .oneByte: writeInteger(UInt8(truncatingIfNeeded: length))
        case .twoBytes: writeInteger(UInt16(truncatingIfNeeded: length))
        case .fourBytes: writeInteger(UInt32(truncatingIfNeeded: length))
        }
        writeImmutableBuffer(unit)
        return true
    }
}
