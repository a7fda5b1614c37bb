import ByteCoding
public import NIOCore

/// What a FLAC decoder must know before the first frame: the metadata block `STREAMINFO` (RFC 9639 §8.2).
public struct FLACStreamInfo: Hashable, Sendable {
    /// The fewest samples per channel in a block, the last excluded, 16 … 65,535.
    public let smallestBlock: Int
    /// The most samples per channel in a block, 16 … 65,535.
    public let largestBlock: Int
    /// Samples per second, 1 … 1,048,575.
    public let sampleRate: Int
    /// 1 … 8.
    public let channelCount: Int
    /// Bits in a sample, 4 … 32.
    public let bitsPerSample: Int
    /// The block's 34 bytes, without block header.
    public let bytes: ByteBuffer

    /// Length of the block, in bytes.
    public static let length = 34

    /// Reads the block: its 34 bytes bare, behind the four bytes of the block header, or behind `fLaC` and the block
    /// header; other metadata blocks may follow.
    public init(parsing bytes: ByteBuffer) throws(ConfigurationRecordFault) {
        var bytes = bytes
        if bytes.getInteger(at: bytes.readerIndex, as: UInt32.self) == Self.magic {
            bytes.moveReaderIndex(forwardBy: 4)
        }
        // The highest bit says "the last block". A bare block that begins like this would have blocks of no samples.
        if let header = bytes.getInteger(at: bytes.readerIndex, as: UInt32.self),
            header & 0x7FFF_FFFF == UInt32(Self.length)
        {
            bytes.moveReaderIndex(forwardBy: 4)
        }
        guard let block = bytes.readSlice(length: Self.length) else { throw .truncated }
        self.bytes = block
        var fields = block
        guard let (smallest, largest, _, rest) = fields.readMultipleIntegers(as: (UInt16, UInt16, UInt32, UInt64).self)
        else { throw .truncated }
        smallestBlock = Int(smallest)
        largestBlock = Int(largest)
        guard smallest >= 16, largest >= smallest else { throw .reservedValue(UInt32(smallest)) }
        // The 48 bits of frame sizes end in the upper 16 bits of `rest`.
        sampleRate = Int(rest >> 28 & 0xF_FFFF)
        channelCount = Int(rest >> 25 & 0b111) + 1
        bitsPerSample = Int(rest >> 20 & 0b1_1111) + 1
        guard sampleRate > 0 else { throw .absurdSampleRate(0) }
        guard bitsPerSample >= 4 else { throw .reservedValue(UInt32(bitsPerSample)) }
    }

    /// "fLaC".
    private static let magic: UInt32 = 0x664C_6143
}
