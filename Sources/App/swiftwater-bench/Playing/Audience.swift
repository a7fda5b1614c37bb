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

        mutating func add(_ other: Tally) {
            bytes += other.bytes
            frames += other.frames
            lost += other.lost
            disordered += other.disordered
            damaged += other.damaged
            delay.add(other.delay)
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

        mutating func add(_ other: Progress) {
            begun += other.begun
            watching += other.watching
            failures.merge(other.failures, uniquingKeysWith: +)
            firstFrame.add(other.firstFrame)
            lost += other.lost
            damaged += other.damaged
        }
    }

    /// What was seen in the window that is measured.
    var tally = Tally()
    /// How far the players came, since the beginning.
    var progress = Progress()
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
        case .damaged:
            audience.tally.damaged += 1
            audience.progress.damaged += 1
        case .frame(let kind, let stamp):
            count(stamp.sequence, isVideo: isVideo)
            if kind == .key, !isWatching {
                isWatching = true
                audience.progress.watching += 1
                audience.progress.firstFrame.add(now &- startedAt)
            }
            // What a join cache kept was late before this player came.
            if stamp.sentAt > startedAt { audience.tally.delay.add(now &- stamp.sentAt) }
        }
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
