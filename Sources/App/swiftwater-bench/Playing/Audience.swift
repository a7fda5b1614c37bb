import NIOCore

/// The players of one event loop, and what they saw together.
final class Audience {
    /// What players counted.
    struct Tally: Sendable {
        /// Bytes that came, of whatever kind.
        var bytes = 0
        /// Frames that came.
        var frames = 0
        /// Frames that were left out between two that came.
        var lost = 0
        /// Frames that came after a later one.
        var disordered = 0
        /// Frames that were not what the publisher sent.
        var damaged = 0
        /// From the publisher's socket to the player's program.
        var delay = Histogram()
        /// What players of HLS asked for.
        var requests = RequestTally()

        mutating func add(_ other: Tally) {
            bytes += other.bytes
            frames += other.frames
            lost += other.lost
            disordered += other.disordered
            damaged += other.damaged
            delay.add(other.delay)
            requests.add(other.requests)
        }
    }

    /// How far the players came.
    struct Progress: Sendable {
        /// Players whose connection was begun.
        var begun = 0
        /// Players that have had their first key frame.
        var watching = 0
        /// Players whose connection ended before the work did, by the reason of each.
        var failures: [String: Int] = [:]
        /// From the beginning of the connection to the first key frame.
        var firstFrame = Histogram()
        /// Losses and damage since the beginning, not only within the window.
        var lost = 0
        var damaged = 0
        /// What players of HLS met with since the beginning.
        var following = PlaylistFollower.Tally()

        mutating func add(_ other: Progress) {
            begun += other.begun
            watching += other.watching
            failures.merge(other.failures, uniquingKeysWith: +)
            firstFrame.add(other.firstFrame)
            lost += other.lost
            damaged += other.damaged
            following.add(other.following)
        }
    }

    /// What was seen in the window that is measured.
    var tally = Tally()
    /// How far the players came, since the beginning.
    var progress = Progress()
    /// What players of HLS need not take apart again.
    let archive = SegmentArchive()
    /// The work is over: players that leave now do so because they were told to.
    var isOver = false

    func fail(_ reason: String) {
        guard !isOver else { return }
        progress.failures[reason, default: 0] += 1
    }
}

/// What one player expects to come next.
struct FrameReceiver {
    private let audience: Audience
    private let startedAt: UInt64
    private var lastPicture: Int?
    private var lastSound: Int?
    private var isWatching = false

    init(audience: Audience, startedAt: UInt64) {
        self.audience = audience
        self.startedAt = startedAt
    }

    /// Takes the body of a message or tag that came at `now`.
    mutating func receive(_ body: ByteBuffer, isVideo: Bool, now: UInt64) {
        switch StampedBody.read(body, isVideo: isVideo) {
        case .beside: break
        case .damaged: countDamage(1)
        case .frame(let kind, let stamp): receive(kind, stamp, now: now)
        }
    }

    /// Takes a frame that was found whole.
    mutating func receive(_ kind: StampedBody.Kind, _ stamp: FrameStamp, now: UInt64) {
        count(stamp.sequence, isVideo: kind != .audio)
        if kind == .key, !isWatching {
            isWatching = true
            audience.progress.watching += 1
            audience.progress.firstFrame.add(now &- startedAt)
        }
        // What a join cache or a playlist kept was late before this player came.
        if stamp.sentAt > startedAt { audience.tally.delay.add(now &- stamp.sentAt) }
    }

    /// Counts what was not what the publisher sent.
    func countDamage(_ count: Int) {
        audience.tally.damaged += count
        audience.progress.damaged += count
    }

    /// Begins anew, behind a place where frames are missing that were counted already.
    mutating func forget() {
        lastPicture = nil
        lastSound = nil
    }

    private mutating func count(_ sequence: Int, isVideo: Bool) {
        let last = isVideo ? lastPicture : lastSound
        if isVideo { lastPicture = sequence } else { lastSound = sequence }
        audience.tally.frames += 1
        guard let last else { return }
        if sequence <= last {
            audience.tally.disordered += 1
        } else {
            audience.tally.lost += sequence - last - 1
            audience.progress.lost += sequence - last - 1
        }
    }
}
