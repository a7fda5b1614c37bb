/// The sampling frequencies that have an index in MPEG-4 audio (ISO/IEC 14496-3 table 1.18).
enum SamplingFrequency {
    /// The frequencies in hertz, by index.
    static let table = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]

    /// The index that says "24 bits with the frequency follow".
    static let escape: UInt32 = 15

    /// The frequency of `index`, or `nil` when it is reserved.
    static func hertz(index: Int) -> Int? {
        table.indices.contains(index) ? table[index] : nil
    }

    /// The index of `hertz`, if it has one.
    static func index(of hertz: Int) -> UInt8? {
        table.firstIndex(of: hertz).map { UInt8(truncatingIfNeeded: $0) }
    }
}
