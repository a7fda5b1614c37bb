import Logging
import TextCoding

/// Keeps the log readable while thousands of peers do the same: of the lines of one kind only so many are written in a
/// second, and the others are counted.
///
/// Lines are of one kind when they say the same with facts of the same names. A publisher's end, which has facts of its
/// own, is written even while strangers knock by the thousand.
struct LogStorm {
    /// Lines of one kind that are written in a second: 50.
    ///
    /// More than a person reads and than a healthy server says; with 200 bytes to a line 10 kB a second, 0.9 GB a day.
    static let linesPerSecond = 50
    /// Kinds that are told apart in a second: 64.
    ///
    /// The server has fewer; what is beyond them counts as one more kind, so that nobody can fill the memory with kinds.
    static let mostKinds = 64
    private static let second: Int64 = 1_000

    /// Lines of one kind that were not written.
    struct LeftOut: Equatable {
        var label: String
        var level: Logger.Level
        var message: String
        var count: Int
    }

    private struct Kind: Hashable {
        var level: Logger.Level
        var message: String
        var facts: [String]
    }

    private struct Tally {
        var written = 0
        var leftOut: LeftOut
    }

    private var tallies: [Kind: Tally] = [:]
    private var order: [Kind] = []
    private var hasLeftOut = false
    private var secondStartedAt = UTCTime(millisecondsSince1970: 0)

    /// Decides on a line.
    ///
    /// - Returns: whether it is written, and whether it is the first in this second that is not.
    mutating func admit(_ line: LogLine) -> (isWritten: Bool, isFirstLeftOut: Bool) {
        var kind = Kind(level: line.level, message: line.message, facts: line.facts.pairs.map(\.name))
        var message = line.message
        if tallies[kind] == nil {
            if tallies.count >= Self.mostKinds {
                message = "of many kinds"
                kind = Kind(level: .info, message: message, facts: [])
            }
            if tallies[kind] == nil { order.append(kind) }
        }
        var tally =
            tallies[kind]
            ?? Tally(leftOut: LeftOut(label: line.label, level: line.level, message: message, count: 0))
        let isWritten = tally.written < Self.linesPerSecond
        if isWritten { tally.written += 1 } else { tally.leftOut.count += 1 }
        tallies[kind] = tally
        defer { hasLeftOut = hasLeftOut || !isWritten }
        return (isWritten, !isWritten && !hasLeftOut)
    }

    /// Begins a new second once the last is over, which a clock that was put back ends too.
    ///
    /// - Returns: what was left out in the last, in the order in which the kinds came.
    mutating func begin(at time: UTCTime) -> [LeftOut] {
        let age = time.millisecondsSince1970 - secondStartedAt.millisecondsSince1970
        guard age >= Self.second || age < 0 else { return [] }
        secondStartedAt = time
        return end()
    }

    /// Ends the second.
    ///
    /// - Returns: what was left out in it.
    mutating func end() -> [LeftOut] {
        let leftOut = order.compactMap { tallies[$0]?.leftOut }.filter { $0.count > 0 }
        tallies.removeAll(keepingCapacity: true)
        order.removeAll(keepingCapacity: true)
        hasLeftOut = false
        return leftOut
    }
}
