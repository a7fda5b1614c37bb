/// Finds the part target that goes with the frames of a stream.
///
/// It must be announced with the first part and never changes, every part must last no longer, and every part but the
/// last of a segment no less than 85 % of it (RFC 8216bis §4.4.3.7). Frames cannot be divided: of pictures at 30 per
/// second, no number lasts 170 to 200 ms for certain. So the configured target is raised, as little as possible and to
/// whole hundredths of a second, until some number of frames of every track fits.
enum PartTarget {
    /// How long the frames of a track are.
    struct FrameLength {
        /// In ticks of 90 kHz.
        var ticks: Double
        /// How much the sum of some of them may differ from what they last: the rounding of timestamps, in ticks of 90 kHz.
        var error: Double
    }

    /// What times of milliseconds may be wrong by between two frames: 2 ms.
    static let rounding = 180.0

    /// The part target in ticks of 90 kHz: `configured` or more, up to `longest`.
    static func settled(_ configured: Int64, lengths: [FrameLength], longest: Int64) -> Int64 {
        let lengths = lengths.filter { $0.ticks > 0 }
        var candidates = [configured]
        for length in lengths {
            var count = max(1, (Double(configured) / length.ticks).rounded(.down))
            // Short frames go with every target.
            guard length.ticks * 20 > Double(configured) else { continue }
            while count * length.ticks + length.error <= Double(longest) {
                candidates.append(roundedUp(count * length.ticks + length.error))
                count += 1
            }
        }
        candidates.sort()
        let fitting = candidates.first { candidate in
            candidate >= configured && candidate <= longest && lengths.allSatisfy { suits($0, candidate) }
        }
        // Frames that go with no target at all should at least not be longer than it.
        let greatest = lengths.map { roundedUp($0.ticks + $0.error) }.max() ?? 0
        return fitting ?? min(max(configured, greatest), max(configured, longest))
    }

    private static func suits(_ length: FrameLength, _ target: Int64) -> Bool {
        let count = ((Double(target) - length.error) / length.ticks).rounded(.down)
        return count >= 1 && count * length.ticks - length.error >= 0.85 * Double(target)
    }

    /// To whole hundredths of a second.
    private static func roundedUp(_ ticks: Double) -> Int64 {
        Int64((min(ticks, 1e12) / 900).rounded(.up)) * 900
    }
}

extension SegmentDraft.Lane {
    /// How long the frames of the segment usually are, with what is no quarter off the median left aside.
    func frameLength(ticksPerSecond: Int64, isExact: Bool) -> PartTarget.FrameLength? {
        let times = samples.map(\.decodeTime) + [end]
        let lengths = zip(times, times.dropFirst()).map { $1 - $0 }.sorted()
        guard !lengths.isEmpty else { return nil }
        let median = Double(lengths[lengths.count / 2])
        let usual = lengths.filter { abs(Double($0) - median) <= median / 4 }
        guard !usual.isEmpty else { return nil }
        let mean = Double(usual.reduce(0, +)) / Double(usual.count)
        return PartTarget.FrameLength(
            ticks: mean * 90_000 / Double(ticksPerSecond), error: isExact ? 1 : PartTarget.rounding)
    }
}
