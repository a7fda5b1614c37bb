import MediaModel
import SegmentPackaging

/// How often recordings may begin, for each stream's name.
///
/// A stream that is published again is another stream, and knows nothing of those before it. Who publishes and leaves a
/// hundred times in a second would make as many files, and as many entries in the list of recordings.
struct RecordingBeginnings {
    /// Recordings of one name that may begin at once: 20, twice as often as tracks may change.
    static let most = 20
    /// The time in which one more may begin, in milliseconds: 3,000.
    static let recovery: Int64 = 3_000
    /// Names beyond which those are forgotten that have all of their allowance again: 1,000.
    static let mostPaths = 1_000

    private var allowances: [StreamPath: Allowance] = [:]

    /// How many names are remembered.
    var count: Int { allowances.count }

    /// Counts a recording that begins at `wallclock`, in milliseconds since 1970; `false` where none may.
    mutating func spend(for path: StreamPath, at wallclock: Int64) -> Bool {
        if allowances.count >= Self.mostPaths, allowances[path] == nil { forgetWhole(at: wallclock) }
        var allowance = allowances[path] ?? Allowance(most: Self.most, recovery: Self.recovery)
        let isLeft = allowance.isLeft(at: wallclock)
        if isLeft { allowance.spend() }
        allowances[path] = allowance
        return isLeft
    }

    private mutating func forgetWhole(at wallclock: Int64) {
        allowances = allowances.filter { entry in
            var allowance = entry.value
            return !allowance.isWhole(at: wallclock)
        }
    }
}

/// Why a recording has no file, or not all that it should have.
enum RecordingRefusal: Error, Hashable {
    /// The disk does not keep up with what is written, or with closing.
    case diskTooSlow
    /// Recordings of this stream's name begin too often.
    case begunTooOften
}
