import NIOConcurrencyHelpers

/// How many answers may grow with their segments at the same time.
///
/// Each holds a connection and a task for as long as a segment lasts. With a cache in front there is one for each track.
final class GrowingAnswers: Sendable {
    /// Answers of all streams together.
    ///
    /// Default 10,000: half of the connections that the port takes.
    static let most = 10_000

    private let count = NIOLockedValueBox(0)

    /// How many there are.
    var current: Int { count.withLockedValue { $0 } }

    /// Takes a place, or returns `nil` when there is none.
    func enter() -> Place? {
        let isTaken = count.withLockedValue { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
        return isTaken ? Place(answers: self) : nil
    }

    /// The place of one answer, which is free again when nobody holds it any longer.
    ///
    /// An answer may end in more ways than it can be told of: written, failed, or never begun.
    final class Place: Sendable {
        private let answers: GrowingAnswers

        fileprivate init(answers: GrowingAnswers) {
            self.answers = answers
        }

        deinit {
            answers.count.withLockedValue { $0 -= 1 }
        }
    }
}
