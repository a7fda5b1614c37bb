import DequeModule
import M3U8

/// What a player of one media playlist does next: no sockets and no clock, so that it can be tested with playlists alone.
///
/// It does what the playlist's own words allow: parts and requests that wait where the server offers them, otherwise
/// whole segments and reloads at the intervals of RFC 8216bis §6.3.4.
struct PlaylistFollower {
    /// What to do next.
    enum Step: Equatable {
        /// Fetch the playlist, if `waitingFor` is set with the request to answer when it lists that much.
        case reload(waitingFor: Place?)
        case fetch(Piece)
        /// Ask again at that moment, in nanoseconds of the machine's monotonic clock.
        case wait(until: UInt64)
        /// The stream is over.
        case end
    }

    /// A segment, or a part of one.
    struct Place: Equatable {
        var segment: Int
        /// The part, from 0; `nil` means the whole segment.
        var part: Int?
    }

    /// Something to be fetched.
    struct Piece: Equatable {
        enum Kind: Equatable { case initialization, segment, part, hintedPart }
        var kind: Kind
        var uri: String
        var byteRange: ByteRange?
        var seconds: Double = 0
        /// Whether its times do not continue those of what came before.
        var isDiscontinuous = false
    }

    /// What the player met with.
    struct Tally: Equatable, Sendable {
        /// Segments and parts that came.
        var segments = 0
        var parts = 0
        /// Segments that left the playlist before they were fetched, are gaps, or could not be had.
        var missed = 0
        /// Promises about how playlists change that the server broke (RFC 8216bis §6.2.1 and §6.2.2).
        var brokenPromises = 0
        /// How often there was nothing left to play, and for how long in nanoseconds.
        var stalls = 0
        var stalledNanoseconds: UInt64 = 0
    }

    private(set) var tally = Tally()
    /// Whether a hinted part is asked for before a playlist lists it.
    private let takesHints: Bool
    private var snapshot: PlaylistSnapshot?
    private var queue: Deque<Piece> = []
    /// What is fetched next: the segment and, where there are parts, the number of the next of them.
    private var segment = 0
    private var part = 0
    private var hasStarted = false
    private var initialization: MediaInitializationSection?
    /// When the playlist is asked for next, where requests may not wait.
    private var reloadAt: UInt64 = 0
    private var lastRequest: UInt64 = 0
    /// When what was fetched will have been played.
    private var playedUntil: UInt64?
    /// A part that was fetched before a playlist told its length.
    private var unmeasured: (segment: Int, part: Int)?
    /// A hint that led nowhere, and would be followed again with each playlist that repeats it.
    private var refusedHint: String?
    /// Whether the last request waits at the server for something new.
    private var isWaiting = false
    /// Whether the server failed to do what the playlist said it can.
    private var isBroken = false

    /// Makes a player that has seen nothing yet.
    init(takesHints: Bool = false) {
        self.takesHints = takesHints
    }

    /// What to do at `now`.
    mutating func next(at now: UInt64) -> Step {
        if let piece = queue.popFirst() { return .fetch(piece) }
        guard let snapshot else { return reloadInTime(now) }
        if snapshot.playlist.isEnded { return .end }
        if takesHints, !isBroken, snapshot.partHoldBack != nil, let hint = snapshot.hint, hint.uri != refusedHint,
            segment == snapshot.playlist.endSequence, part == snapshot.parts[segment, default: []].count
        {
            // Once is enough: behind it the playlist says what it was.
            self.snapshot?.hint = nil
            return .fetch(Piece(kind: .hintedPart, uri: hint.uri, byteRange: hint.byteRange))
        }
        guard snapshot.canBlockReload, !isBroken else { return reloadInTime(now) }
        lastRequest = now
        isWaiting = true
        guard snapshot.partHoldBack != nil else { return .reload(waitingFor: Place(segment: segment)) }
        // A hinted part that was fetched is behind the cursor and not in the playlist yet.
        let known = segment == snapshot.playlist.endSequence ? snapshot.parts[segment, default: []].count : 0
        return .reload(waitingFor: Place(segment: segment, part: part > known ? part - 1 : part))
    }

    private mutating func reloadInTime(_ now: UInt64) -> Step {
        guard reloadAt <= now else { return .wait(until: reloadAt) }
        lastRequest = now
        isWaiting = false
        return .reload(waitingFor: nil)
    }

    /// Takes a playlist.
    mutating func receive(_ new: PlaylistSnapshot) {
        let old = snapshot
        snapshot = new
        // A request that was to wait and brought nothing new would be repeated without end.
        isBroken = isWaiting && new == old
        if isBroken { tally.brokenPromises += 1 }
        if let old, new.playlist.endSequence < old.playlist.endSequence { hasStarted = false }
        if let old {
            tally.brokenPromises += PlaylistRules().findings(from: old.playlist, to: new.playlist).count
        }
        // RFC 8216bis §6.3.4: a target duration after a change, half of one where there was none.
        let target = UInt64(max(1, new.playlist.targetDuration)) * 1_000_000_000
        reloadAt = lastRequest + (old?.playlist == new.playlist ? target / 2 : target)
        if !hasStarted { start(in: new) }
        while segment < new.playlist.endSequence, takeSegment(of: new) {}
        takePartsOfNext(in: new)
        measure(in: new)
    }

    /// The playlist could not be had; it is asked for plainly in half a second.
    mutating func playlistFailed(now: UInt64) {
        isBroken = true
        reloadAt = now + 500_000_000
    }

    /// What `next` asked for has come.
    mutating func received(_ piece: Piece, now: UInt64) {
        switch piece.kind {
        case .initialization: return
        case .segment: tally.segments += 1
        case .part: tally.parts += 1
        case .hintedPart:
            tally.parts += 1
            unmeasured = (segment, part)
            part += 1
        }
        if let playedUntil, now > playedUntil {
            tally.stalls += 1
            tally.stalledNanoseconds += now - playedUntil
        }
        playedUntil = max(playedUntil ?? now, now) + Self.nanoseconds(piece.seconds)
    }

    private static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(min(max(0, seconds), 3600) * 1e9) }

    /// What `next` asked for could not be had.
    mutating func failed(_ piece: Piece) {
        if piece.kind == .hintedPart {
            refusedHint = piece.uri
        } else {
            tally.missed += 1
        }
    }
}

extension PlaylistFollower {
    /// Puts the cursor as close to the end as the playlist allows.
    private mutating func start(in new: PlaylistSnapshot) {
        let playlist = new.playlist
        (segment, part) = (playlist.endSequence, 0)
        guard !playlist.segments.isEmpty || !new.parts.isEmpty else { return }
        hasStarted = true
        (segment, part) = (playlist.mediaSequence, 0)
        if let holdBack = new.partHoldBack, let place = firstPart(holdBack, in: new) {
            (segment, part) = place
            return
        }
        var behind = 0.0
        for (number, one) in zip(playlist.mediaSequence..., playlist.segments).reversed() {
            behind += one.duration / .seconds(1)
            segment = number
            if behind >= new.holdBack { break }
        }
    }

    /// The newest part that a decoder can start with and that is far enough from the end.
    private func firstPart(_ holdBack: Double, in new: PlaylistSnapshot) -> (Int, Int)? {
        var behind = 0.0
        for number in new.parts.keys.sorted(by: >) {
            for (place, part) in new.parts[number, default: []].enumerated().reversed() {
                behind += part.seconds
                if part.isIndependent, behind >= holdBack { return (number, place) }
            }
        }
        return nil
    }

    /// Queues what is at the cursor within a segment that is listed whole; false when there is nothing more to queue.
    private mutating func takeSegment(of new: PlaylistSnapshot) -> Bool {
        let playlist = new.playlist
        if segment < playlist.mediaSequence {
            tally.missed += playlist.mediaSequence - segment
            (segment, part) = (playlist.mediaSequence, 0)
        }
        guard playlist.segments.indices.contains(segment - playlist.mediaSequence) else { return false }
        let listed = playlist.segments[segment - playlist.mediaSequence]
        let parts = new.partHoldBack == nil ? [] : new.parts[segment, default: []]
        // Which segment a hinted part belongs to is known when it is listed: behind the last of one it begins the next.
        let ahead = parts.isEmpty ? 0 : max(0, part - parts.count)
        if ahead > 0, unmeasured?.segment == segment { unmeasured = (segment + 1, ahead - 1) }
        defer { (segment, part) = (segment + 1, ahead) }
        if listed.isGap {
            tally.missed += 1
        } else if parts.isEmpty, part == 0 {
            queueInitialization(listed.initialization)
            queue.append(
                Piece(
                    kind: .segment, uri: listed.uri, byteRange: listed.byteRange,
                    seconds: listed.duration / .seconds(1), isDiscontinuous: listed.isDiscontinuous))
        } else if parts.isEmpty {
            // The parts left the playlist before all of them were fetched.
            tally.missed += 1
        } else {
            queueInitialization(listed.initialization)
            queueParts(parts, isDiscontinuous: listed.isDiscontinuous)
        }
        return true
    }

    /// Counts what a hinted part lasts, once a playlist tells.
    private mutating func measure(in new: PlaylistSnapshot) {
        guard let place = unmeasured, let parts = new.parts[place.segment], parts.indices.contains(place.part) else {
            return
        }
        playedUntil = playedUntil.map { $0 + Self.nanoseconds(parts[place.part].seconds) }
        unmeasured = nil
    }

    /// Queues the parts of the segment that is not listed yet.
    private mutating func takePartsOfNext(in new: PlaylistSnapshot) {
        guard hasStarted, new.partHoldBack != nil, segment == new.playlist.endSequence else { return }
        let parts = new.parts[segment, default: []]
        guard part < parts.count else { return }
        let open = new.playlist.segmentUnderConstruction
        queueInitialization(open?.initialization ?? new.playlist.segments.last?.initialization)
        queueParts(parts, isDiscontinuous: open?.isDiscontinuous ?? false)
        part = parts.count
    }

    private mutating func queueParts(_ parts: [PlaylistSnapshot.Part], isDiscontinuous: Bool) {
        var end: Int64 = 0
        for (number, one) in parts.enumerated() {
            var range = one.byteRange
            // A range without beginning follows the one before.
            if range != nil, range?.offset == nil { range?.offset = end }
            end = (range?.offset ?? 0) &+ (range?.length ?? 0)
            guard number >= part else { continue }
            guard !one.isGap else {
                tally.missed += 1
                continue
            }
            queue.append(
                Piece(
                    kind: .part, uri: one.uri, byteRange: range, seconds: one.seconds,
                    isDiscontinuous: isDiscontinuous && number == 0))
        }
    }

    private mutating func queueInitialization(_ wanted: MediaInitializationSection?) {
        guard let wanted, wanted != initialization else { return }
        initialization = wanted
        queue.append(Piece(kind: .initialization, uri: wanted.uri, byteRange: wanted.byteRange))
    }
}
