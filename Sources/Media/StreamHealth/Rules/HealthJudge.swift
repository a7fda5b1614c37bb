import MediaModel

/// Tells what is wrong with a stream from its figures, looked at about once a second.
///
/// What is wrong must be so for a time before it is a finding, and over for a time before it is none, so that nothing
/// flaps; each rule has its own times, and its thresholds a distance between raising and clearing.
public struct HealthJudge: Sendable {
    /// How many findings a stream may have at a time: 64, for a publisher may name hundreds of tracks.
    public static let mostFindings = 64

    struct Key: Hashable {
        var rule: HealthRule
        var track: Track.ID?
    }

    private struct Watch {
        var text: String
        /// Since when it has been seen without a break.
        var firstSeen: Int64
        var lastSeen: Int64
        var raisedAt: Int64?
    }

    private let thresholds: HealthThresholds
    private var watches: [Key: Watch] = [:]
    /// What counters were at the last look, to tell what came since.
    private var earlier: Counters?

    private struct Counters {
        var jumps: Int
        var repairs: [Track.ID: Int]
        var received: Int
        var outOfOrder: Int
    }

    /// Makes a judge who has seen nothing.
    public init(thresholds: HealthThresholds = HealthThresholds()) {
        self.thresholds = thresholds
    }

    /// What is wrong now, the gravest first.
    public var findings: [HealthFinding] {
        watches.compactMap { key, watch in watch.raisedAt.map { Self.finding(key, watch, since: $0) } }
            .sorted(by: Self.isGraver)
    }

    /// Looks at the figures of the moment.
    ///
    /// - Parameters:
    ///   - line: the publisher's line, where that is known.
    ///   - now: milliseconds of the clock of the measurement.
    /// - Returns: what came and what went.
    public mutating func judge(_ figures: StreamFigures, line: LineFigures? = nil, now: Int64) -> [HealthTransition] {
        let round = HealthRound(
            figures: figures, thresholds: thresholds, jumps: newJumps(figures), repairs: newRepairs(figures),
            line: line, outOfOrder: outOfOrderPart(line),
            raised: Set(watches.compactMap { $0.value.raisedAt == nil ? nil : $0.key }))
        note(figures, line)
        var transitions: [HealthTransition] = []
        for suspicion in round.suspicions {
            let key = Key(rule: suspicion.rule, track: suspicion.track)
            guard watches[key] != nil || watches.count < Self.mostFindings else { continue }
            var watch = watches[key] ?? Watch(text: suspicion.text, firstSeen: now, lastSeen: now)
            watch.text = suspicion.text
            watch.lastSeen = now
            if watch.raisedAt == nil, now - watch.firstSeen >= key.rule.raisesAfter {
                watch.raisedAt = now
                transitions.append(HealthTransition(finding: Self.finding(key, watch, since: now), isRaised: true))
            }
            watches[key] = watch
        }
        for (key, watch) in watches where watch.lastSeen != now {
            if let raisedAt = watch.raisedAt {
                guard now - watch.lastSeen >= key.rule.clearsAfter else { continue }
                transitions.append(
                    HealthTransition(finding: Self.finding(key, watch, since: raisedAt), isRaised: false))
            }
            watches[key] = nil
        }
        return transitions.sorted { Self.isGraver($0.finding, $1.finding) }
    }

    private static func finding(_ key: Key, _ watch: Watch, since: Int64) -> HealthFinding {
        HealthFinding(rule: key.rule, track: key.track, text: watch.text, since: since)
    }

    private static func isGraver(_ left: HealthFinding, _ right: HealthFinding) -> Bool {
        if left.rule.severity != right.rule.severity { return left.rule.severity > right.rule.severity }
        if left.rule != right.rule { return left.rule.rawValue < right.rule.rawValue }
        guard let first = left.track, let second = right.track else { return left.track == nil && right.track != nil }
        return first < second
    }

    // MARK: What is new since the last look

    private func newJumps(_ figures: StreamFigures) -> Int {
        max(0, figures.timestampJumps - (earlier?.jumps ?? 0))
    }

    private func newRepairs(_ figures: StreamFigures) -> [Track.ID: Int] {
        var new: [Track.ID: Int] = [:]
        for track in figures.tracks {
            let count = track.timestampRepairs - (earlier?.repairs[track.track.id] ?? 0)
            if count > 0 { new[track.track.id] = count }
        }
        return new
    }

    private func outOfOrderPart(_ line: LineFigures?) -> Double? {
        guard let line, let earlier else { return nil }
        let received = line.segmentsReceived - earlier.received
        let outOfOrder = line.segmentsOutOfOrder - earlier.outOfOrder
        // Of so few nothing can be told.
        guard received >= 100, outOfOrder >= 0 else { return nil }
        return Double(outOfOrder) / Double(received)
    }

    private mutating func note(_ figures: StreamFigures, _ line: LineFigures?) {
        var repairs: [Track.ID: Int] = [:]
        for track in figures.tracks { repairs[track.track.id] = track.timestampRepairs }
        earlier = Counters(
            jumps: figures.timestampJumps, repairs: repairs, received: line?.segmentsReceived ?? 0,
            outOfOrder: line?.segmentsOutOfOrder ?? 0)
    }
}
