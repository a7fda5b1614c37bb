import MediaModel
import NIOCore

/// Makes one timeline, never going back within a track, of whatever timestamps a publisher sends.
///
/// Publishers wrap at 2^31 or 2^32 milliseconds, jump, stop, step back a little, and start anew at zero. Times go in as
/// the publisher's low 32 bits and come out unwrapped on the stream's own timeline. Small steps are believed. A step
/// outside `backwardTolerance … forwardTolerance` breaks the timeline: what follows is put where the wall clock says
/// that it belongs, and the break is reported so that packagers can mark it. All tracks share one offset, so that
/// picture and sound that jump together stay together.
struct TimelineNormalizer {
    /// How far back a track may step before it is a break: one second, more than any encoder's interleaving.
    static let backwardTolerance: Int64 = 1_000
    /// How far ahead a track may step before it is a break: five seconds, more than encoders' stalls.
    static let forwardTolerance: Int64 = 5_000
    /// A publisher whose first timestamp is beyond this is set back to the start of the timeline.
    static let acceptedStart: Int64 = 10_000
    /// Tracks whose jumps lie this close in time and in size jumped together.
    static let jointJumpTime = TimeAmount.seconds(2)
    static let jointJumpSize: Int64 = 1_000
    /// The least distance that a break leaves between what came before and what follows.
    static let leastGap: Int64 = 20
    /// The greatest distance that the wall clock may put there.
    static let greatestGap: Int64 = 60_000

    /// A time on the stream's timeline, and whether the timeline breaks before it.
    struct Placement: Equatable {
        var milliseconds: Int64
        var isBreak: Bool
        /// Whether the time had to be raised so as not to go back.
        var isRepaired = false
    }

    private struct TrackClock {
        var lastRaw: UInt32
        /// The publisher's time without wraps.
        var unwrapped: Int64
        /// What is added to `unwrapped`.
        var offset: Int64

        /// Where it stands on the stream's timeline.
        var position: Int64 { unwrapped &+ offset }
    }

    private struct Jump {
        var size: Int64
        var at: NIODeadline
        var offsetChange: Int64
    }

    private struct TrackPlace {
        let id: Track.ID
        /// Under the present publisher; `nil` before its first frame.
        var clock: TrackClock?
        /// The last time that was given out, whoever published.
        var last: Int64?
    }

    /// Few: one of each kind, or those of a multitrack stream; a look-up by hash would cost more than the rest.
    private var tracks: [TrackPlace] = []
    private var latestJump: Jump?
    /// The clock that was read last under this publisher: a track that first appears is put beside it.
    private var latestClock: TrackClock?
    private var latestArrival: NIODeadline?

    /// The furthest position that was given out.
    private(set) var position: Int64 = 0
    /// How many times had to be raised so as not to go back.
    private(set) var repairs = 0

    /// Another publisher takes over: its timestamps have nothing to do with the last one's.
    mutating func beginEpoch() {
        for index in tracks.indices { tracks[index].clock = nil }
        latestClock = nil
        latestJump = nil
    }

    /// Places the time of a frame of `track`.
    mutating func place(_ raw: UInt32, track: Track.ID, now: NIODeadline) -> Placement {
        defer { latestArrival = now }
        var isBreak = false
        var clock: TrackClock
        let index = index(of: track)
        if let known = tracks[index].clock {
            clock = known
            let step = Self.step(from: clock.lastRaw, to: raw)
            // Modulo 2^64, so that steps without end do not trap; offsets undo it.
            clock.unwrapped &+= step
            clock.lastRaw = raw
            if step < -Self.backwardTolerance || step > Self.forwardTolerance {
                isBreak = absorb(step, into: &clock, of: track, now: now)
            }
        } else {
            (clock, isBreak) = begin(raw, now: now)
        }
        tracks[index].clock = clock
        latestClock = clock

        var time = clock.position
        var isRepaired = false
        if let last = tracks[index].last, time < last {
            time = last
            isRepaired = true
            repairs += 1
        } else if time < 0 {
            time = 0
        }
        tracks[index].last = time
        position = max(position, time)
        return Placement(milliseconds: time, isBreak: isBreak, isRepaired: isRepaired)
    }

    private mutating func index(of track: Track.ID) -> Int {
        for index in tracks.indices where tracks[index].id == track { return index }
        tracks.append(TrackPlace(id: track))
        return tracks.count - 1
    }

    /// Places the time of a data message: by the publisher's clock where that lands near the media, otherwise beside it.
    func placeData(_ raw: UInt32) -> Int64 {
        guard let clock = tracks.compactMap(\.clock).max(by: { $0.unwrapped < $1.unwrapped }) else { return position }
        let time = clock.position &+ Self.step(from: clock.lastRaw, to: raw)
        return isNear(time) ? max(0, time) : position
    }

    // MARK: Breaks

    /// The clock of a track's first frame under this publisher.
    private mutating func begin(_ raw: UInt32, now: NIODeadline) -> (TrackClock, isBreak: Bool) {
        if var clock = latestClock {
            let distance = Self.step(from: clock.lastRaw, to: raw)
            clock.unwrapped &+= distance
            clock.lastRaw = raw
            // A track whose clock has another origin than the others' is put beside them.
            if abs(distance) > Self.forwardTolerance { clock.offset = position &- clock.unwrapped }
            return (clock, false)
        }
        let unwrapped = Int64(raw)
        let isBreak = latestArrival != nil
        let target = isBreak ? positionByWallClock(now) : unwrapped > Self.acceptedStart ? Self.leastGap : unwrapped
        return (TrackClock(lastRaw: raw, unwrapped: unwrapped, offset: target - unwrapped), isBreak)
    }

    /// Answers a jump of a track by changing its offset; true when it is a break that nobody reported yet.
    private mutating func absorb(
        _ step: Int64, into clock: inout TrackClock, of track: Track.ID, now: NIODeadline
    ) -> Bool {
        if let jump = latestJump, now - jump.at <= Self.jointJumpTime, abs(jump.size - step) <= Self.jointJumpSize,
            isNear(clock.position &+ jump.offsetChange)
        {
            clock.offset &+= jump.offsetChange
            return false
        }
        let change = positionByWallClock(now) &- clock.position
        clock.offset &+= change
        latestJump = Jump(size: step, at: now, offsetChange: change)
        return true
    }

    /// Whether a time lies where a track may be that goes along with the others.
    private func isNear(_ time: Int64) -> Bool {
        (-Self.forwardTolerance...Self.forwardTolerance).contains(time &- position)
    }

    private func positionByWallClock(_ now: NIODeadline) -> Int64 {
        guard let latestArrival else { return position }
        let elapsed = (now - latestArrival).nanoseconds / 1_000_000
        return position + min(max(elapsed, Self.leastGap), Self.greatestGap)
    }

    /// The signed distance between two timestamps modulo 2^32, or modulo 2^31 for writers that mask the top bit.
    static func step(from last: UInt32, to raw: UInt32) -> Int64 {
        let step = Int64(Int32(bitPattern: raw &- last))
        let masked = step + (1 << 31)
        return (-backwardTolerance...forwardTolerance).contains(masked) ? masked : step
    }
}
