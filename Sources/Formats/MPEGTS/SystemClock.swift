import NIOCore

/// The 33-bit counter of 90 kHz ticks in which a transport stream tells time; it begins again after 26.5 hours
/// (ISO/IEC 13818-1 §2.4.2.1).
enum SystemClock {
    /// The counter's reading at `ticks` of the unwrapped timeline, which may be negative.
    static func reading(_ ticks: Int64) -> UInt64 {
        UInt64(bitPattern: ticks) & 0x1_FFFF_FFFF
    }
}

extension ByteBuffer {
    /// Writes a PTS or DTS: 33 bits in five bytes, with `prefix` in the highest four bits and three marker bits
    /// (ISO/IEC 13818-1 §2.4.3.6).
    mutating func writeTimestamp(_ reading: UInt64, prefix: UInt8) {
        let high = UInt8(truncatingIfNeeded: reading >> 29) & 0x0E
        let middle = UInt16(truncatingIfNeeded: reading >> 14) & 0xFFFE
        let low = UInt16(truncatingIfNeeded: reading << 1)
        writeMultipleIntegers(prefix << 4 | high | 1, middle | 1, low | 1)
    }

    /// Reads a PTS or DTS, or returns `nil` when a marker bit is missing or the bytes end.
    mutating func readTimestamp() -> UInt64? {
        guard let (high, middle, low) = readMultipleIntegers(as: (UInt8, UInt16, UInt16).self),
            high & 1 == 1, middle & 1 == 1, low & 1 == 1
        else { return nil }
        return UInt64(high & 0x0E) << 29 | UInt64(middle & 0xFFFE) << 14 | UInt64(low >> 1)
    }

    /// Writes a program clock reference without extension: six bytes (ISO/IEC 13818-1 §2.4.3.5).
    mutating func writeClockReference(_ reading: UInt64) {
        let reserved: UInt64 = 0x7E00
        let value = reading << 15 | reserved
        writeMultipleIntegers(UInt32(truncatingIfNeeded: value >> 16), UInt16(truncatingIfNeeded: value))
    }

    /// Reads a program clock reference in ticks of 27 MHz, or returns `nil` when the bytes end.
    mutating func readClockReference() -> UInt64? {
        guard let (high, low) = readMultipleIntegers(as: (UInt32, UInt16).self) else { return nil }
        let value = UInt64(high) << 16 | UInt64(low)
        return (value >> 15) * 300 + (value & 0x1FF)
    }
}
