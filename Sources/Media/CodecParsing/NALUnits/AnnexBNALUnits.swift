public import NIOCore

/// The NAL units of a byte stream with start codes (ITU-T H.264 Annex B, the same in H.265 and H.266).
///
/// Bytes before the first start code belong to no unit. Zero bytes that end a unit are padding and cut off; empty units
/// are passed over.
public struct AnnexBNALUnits: Sequence, IteratorProtocol, Sendable {
    private var rest: ByteBuffer

    /// Makes a sequence over the readable bytes of `stream`.
    public init(_ stream: ByteBuffer) {
        rest = stream
        skipStartCode()
    }

    /// Whether `bytes` begin with a start code of three or four bytes.
    public static func isStartCode(at bytes: ByteBuffer) -> Bool {
        let start = bytes.readerIndex
        guard bytes.getInteger(at: start, as: UInt16.self) == 0 else { return false }
        switch bytes.getInteger(at: start + 2, as: UInt8.self) {
        case 1: return true
        case 0: return bytes.getInteger(at: start + 3, as: UInt8.self) == 1
        default: return false
        }
    }

    /// The next unit that is not empty, header byte first.
    public mutating func next() -> ByteBuffer? {
        while rest.readableBytes > 0 {
            let view = rest.readableBytesView
            let end = Self.startCode(in: view) ?? view.endIndex
            var unitEnd = end
            while unitEnd > view.startIndex, view[unitEnd - 1] == 0 { unitEnd -= 1 }
            let unit = rest.getSlice(at: rest.readerIndex, length: unitEnd - view.startIndex)
            rest.moveReaderIndex(forwardBy: end - view.startIndex)
            skipStartCode()
            if let unit, unit.readableBytes > 0 { return unit }
        }
        return nil
    }

    /// Moves behind the next start code, or to the end when there is none.
    private mutating func skipStartCode() {
        let view = rest.readableBytesView
        let distance = Self.startCode(in: view).map { $0 + 3 - view.startIndex } ?? view.count
        rest.moveReaderIndex(forwardBy: distance)
    }

    /// The index of the first `00 00 01`.
    private static func startCode(in view: ByteBufferView) -> Int? {
        var index = view.startIndex
        while index + 2 < view.endIndex {
            // The third byte tells how far the next start code must be away at least.
            switch view[index + 2] {
            case 0: index += 1
            case 1 where view[index] == 0 && view[index + 1] == 0: return index
            default: index += 3
            }
        }
        return nil
    }
}

extension ByteBuffer {
    /// Writes a start code of four bytes and `unit`.
    public mutating func writeAnnexBNALUnit(_ unit: ByteBuffer) {
        writeInteger(1 as UInt32)
        writeImmutableBuffer(unit)
    }

    /// Writes the NAL units of a byte stream with start codes each behind its length.
    public mutating func writeLengthPrefixed(annexB stream: ByteBuffer, nalUnitLength: NALUnitLength = .fourBytes) {
        for unit in AnnexBNALUnits(stream) {
            writeLengthPrefixedNALUnit(unit, nalUnitLength: nalUnitLength)
        }
    }
}
