import MediaModel

/// How many samples make a part.
///
/// A part ends where the next sample would carry it over the part target. How long the next sample lasts is not known
/// yet, so it is taken to last as long as the one before: then a part can go out as soon as the sample behind it is
/// there. Where samples last unequally long this may end a part one sample late, never too long, but for a single sample
/// that lasts longer than any part may: nothing can be done about that.
///
/// The rule looks at nothing but the samples from the beginning of the part on, so that everybody who packages the same
/// samples makes the same parts, whenever they come.
enum PartRule {
    /// Samples in a part, whatever their times: 4,000, twice as many as the shortest frames of Opus are in the longest part.
    ///
    /// All samples of a part are looked at for each that comes; samples of the same time would gather without end.
    static let mostSamples = 4_000

    /// The number of samples in the part that begins with the first of `samples`, or `nil` when it can go on.
    ///
    /// - Parameters:
    ///   - known: How many samples from the beginning belong to the segment; the one behind each of them is in `samples`, or
    ///     it is the last and ends at `end`.
    ///   - longest: The part target in ticks of the lane.
    static func count(_ samples: [TimedSample], known: Int, end: Int64? = nil, longest: Int64) -> Int? {
        guard let first = samples.first?.decodeTime else { return nil }
        var before = first
        for count in stride(from: 1, through: known, by: 1) {
            let time = count < samples.count ? samples[count].decodeTime : end ?? before
            let length = time.subtractingClamped(first)
            if length > longest { return max(1, count - 1) }
            if count == mostSamples { return count }
            if length.addingClamped(time.subtractingClamped(before)) > longest { return count }
            before = time
        }
        return nil
    }

    /// Ticks of 90 kHz as whole ticks of a lane, no more than they are.
    static func longest(_ part: Int64, in timescale: Timescale) -> Int64 {
        Int64(clamping: Int128(part) * Int128(timescale.ticksPerSecond) / 90_000)
    }
}
