/// Ticks in a second: the unit in which a track counts its time.
public struct Timescale: Hashable, Sendable {
    /// Ticks per second, 1 or more.
    public let ticksPerSecond: Int64

    /// Makes a timescale, or `nil` when `ticksPerSecond` is not positive.
    public init?(ticksPerSecond: Int) {
        guard ticksPerSecond > 0 else { return nil }
        self.ticksPerSecond = Int64(ticksPerSecond)
    }

    private init(known ticksPerSecond: Int64) {
        self.ticksPerSecond = ticksPerSecond
    }

    /// 1,000 ticks: the unit of RTMP and FLV timestamps.
    public static let milliseconds = Timescale(known: 1000)
    /// 90,000 ticks: the unit of MPEG-2 systems and of video over RTP.
    public static let mpeg = Timescale(known: 90_000)

    /// Converts `ticks` of this timescale into ticks of `other`, rounding to the nearest, halves upwards.
    ///
    /// This is the one conversion of the house. It is exact for every pair of timescales and every 64-bit input whose
    /// result fits; a result that does not fit is clamped.
    @inlinable
    public func convert(_ ticks: Int64, to other: Timescale) -> Int64 {
        ticksPerSecond == other.ticksPerSecond ? ticks : convertDiffering(ticks, to: other)
    }

    @usableFromInline
    func convertDiffering(_ ticks: Int64, to other: Timescale) -> Int64 {
        let product = Int128(ticks) * Int128(other.ticksPerSecond) + Int128(ticksPerSecond / 2)
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: Int128(ticksPerSecond))
        return Int64(clamping: remainder < 0 ? quotient - 1 : quotient)
    }
}
