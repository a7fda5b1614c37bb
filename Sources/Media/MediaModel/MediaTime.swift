/// A position or a length on a track's timeline: `value / timescale` seconds, exact, never a floating-point number.
public struct MediaTime: Hashable, Sendable {
    /// The number of ticks.
    public var value: Int64
    /// The unit of `value`.
    public var timescale: Timescale

    /// Makes a time of `value` ticks of `timescale`.
    public init(_ value: Int64, _ timescale: Timescale) {
        self.value = value
        self.timescale = timescale
    }

    /// The time in ticks of `timescale`, rounded to the nearest.
    public func ticks(of timescale: Timescale) -> Int64 {
        self.timescale.convert(value, to: timescale)
    }

    /// The time in seconds, for display and for text formats that write decimal seconds.
    public var seconds: Double { Double(value) / Double(timescale.ticksPerSecond) }
}

extension MediaTime: Comparable {
    /// Compares positions exactly, whatever their timescales.
    public static func < (left: MediaTime, right: MediaTime) -> Bool {
        Int128(left.value) * Int128(right.timescale.ticksPerSecond)
            < Int128(right.value) * Int128(left.timescale.ticksPerSecond)
    }
}
