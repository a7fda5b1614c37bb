/// The CRC-32 at the end of a section: polynomial 0x04C11DB7, all ones at first, nothing reflected and nothing inverted
/// (ISO/IEC 13818-1 annex A).
enum SectionChecksum {
    /// The checksum of `bytes`; zero over a whole section that is in order.
    static func compute(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(UInt32.max) { $0 << 8 ^ table[Int(UInt8($0 >> 24) ^ $1)] }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index) << 24) { value, _ in
            value & 0x8000_0000 == 0 ? value << 1 : value << 1 ^ 0x04C1_1DB7
        }
    }
}
