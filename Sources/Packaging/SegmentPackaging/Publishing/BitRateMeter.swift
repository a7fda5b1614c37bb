/// The peak and the average bit rate of the segments of one rendition (RFC 8216bis §4.4.6.2).
struct BitRateMeter {
    /// The highest bit rate of a segment, in bits per second; 0 before the first.
    private(set) var peak = 0
    private var bits: Int64 = 0
    private var ticks: Int64 = 0

    /// The bit rate that a line must carry, in bits per second: the peak, and never less than the average, which short
    /// segments may lift above it.
    var required: Int { max(peak, average) }

    /// The bit rate of all segments together, in bits per second.
    var average: Int { rate(bits: bits, ticks: ticks) }

    /// Counts a segment of a duration in ticks of 90 kHz.
    ///
    /// The peak is that of segments of at least half the target duration: a short last segment of an epoch says nothing
    /// about what a line must carry. The first counts in any case.
    mutating func count(bytes: Int, duration: Int64, target: Int64) {
        let segmentBits = Int64(min(max(0, bytes), Int(UInt32.max))) * 8
        // Halved now and then, so that the average follows a publisher who changes, and never overflows.
        if ticks > 3600 * 90_000 || bits > Int64.max / 4 {
            bits /= 2
            ticks /= 2
        }
        bits += segmentBits
        ticks += max(0, duration)
        if peak == 0 || duration * 2 >= target { peak = max(peak, rate(bits: segmentBits, ticks: duration)) }
    }

    private func rate(bits: Int64, ticks: Int64) -> Int {
        guard ticks > 0 else { return 0 }
        let rate = Int128(bits) * 90_000 / Int128(ticks) + 1
        return Int(clamping: min(rate, Int128(Int32.max)))
    }
}
