/// Bounds what one reading of a publisher's socket becomes in all formats together.
///
/// A few bytes become many where a format fills the time that they leap over.
struct ReadingGrowth {
    /// Bytes that are sent before the reading is through: 16 MiB, more than a huge picture.
    static let mostBytesWaiting = 16 << 20
    /// What a reading may become: 64 MiB, and 32 times what it brought, as many as there are formats.
    private static let mostBytesOfNothing = 64 << 20
    private static let mostGrowth = 32

    private var written: Int

    /// Begins a reading while `waiting` bytes of earlier ones wait, which are none of this one's.
    init(waiting: Int) {
        written = -waiting
    }

    /// Counts bytes that are sent before the reading is through.
    mutating func count(_ bytes: Int) {
        written += bytes
    }

    /// Whether that is still in proportion to the `bytes` of frames that the reading has brought by now.
    func isInProportion(to bytes: Int) -> Bool {
        written <= Self.mostBytesOfNothing + Self.mostGrowth * bytes
    }
}
