public import NIOCore

/// The front of a FLAC frame as far as it tells its length in time (RFC 9639 §9.1).
public struct FLACFrameHeader: Hashable, Sendable {
    /// Samples per channel in the frame, 1 … 65,536.
    public let blockSize: Int

    /// Reads the header at the front of `frame`; `nil` when there is none.
    public init?(parsing frame: ByteBuffer) {
        var frame = frame
        guard let (sync, sizes, channels, number) = frame.readMultipleIntegers(as: (UInt16, UInt8, UInt8, UInt8).self),
            sync & 0xFFFE == 0xFFF8, channels & 1 == 0
        else { return nil }
        // The number of the frame or the sample, coded like UTF-8: leading ones tell its length.
        let ones = (~number).leadingZeroBitCount
        guard ones != 1, ones != 8, frame.readSlice(length: max(0, ones - 1)) != nil else { return nil }
        switch sizes >> 4 {
        case 1: blockSize = 192
        case 2...5: blockSize = 144 << Int(sizes >> 4)
        case 6:
            guard let size = frame.readInteger(as: UInt8.self) else { return nil }
            blockSize = Int(size) + 1
        case 7:
            guard let size = frame.readInteger(as: UInt16.self) else { return nil }
            blockSize = Int(size) + 1
        case 8...15: blockSize = 1 << Int(sizes >> 4)
        default: return nil
        }
    }
}
