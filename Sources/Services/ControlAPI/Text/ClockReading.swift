import EndpointCore
import NIOCore
import TextCoding

/// The two clocks at one moment, so that times of one can be told in the other.
struct ClockReading: Sendable {
    let now: NIODeadline
    let wall: UTCTime

    init() {
        now = .now()
        wall = UTCTime.now()
    }

    init(now: NIODeadline, wall: UTCTime) {
        self.now = now
        self.wall = wall
    }

    /// What the wall clock said at `deadline`.
    func wall(at deadline: NIODeadline) -> UTCTime {
        wall(before: now - deadline)
    }

    /// What the wall clock said so long ago.
    func wall(before age: TimeAmount) -> UTCTime {
        UTCTime(millisecondsSince1970: wall.millisecondsSince1970 - age.nanoseconds / 1_000_000)
    }

    /// What the wall clock said at `milliseconds` of the clock by which streams are measured.
    func wall(atMilliseconds milliseconds: Int64) -> UTCTime {
        UTCTime(
            millisecondsSince1970: wall.millisecondsSince1970
                - (Int64(clamping: now.uptimeNanoseconds / 1_000_000) - milliseconds))
    }
}
