import MediaModel
import NIOCore
import StreamHealth

/// Judges a stream's health by its own timeline, whether it comes from a file in a moment or live.
struct HealthInspection: Sendable {
    /// A step of a track that is no break of the timeline, in milliseconds either way: five seconds.
    private static let greatestStep: Int64 = 5_000
    /// What a break leaves between what came before and what follows.
    private static let leastGap: Int64 = 20

    private var measurement = StreamMeasurement()
    private var judge = HealthJudge()
    private var found: [HealthFinding] = []
    /// The furthest position; the clock of the measurement.
    private var now: Int64 = 0
    /// What is added to the stream's times.
    private var offset: Int64?
    private var nextLook: Int64 = 1_000

    mutating func setTracks(_ tracks: [Track]) {
        measurement.setTracks(tracks)
    }

    mutating func see(_ frame: MediaFrame) {
        let raw = frame.track.timescale.convert(frame.decodeTime, to: .milliseconds)
        let (time, isBreak) = place(raw)
        now = max(now, time)
        while now >= nextLook {
            look(at: nextLook)
            nextLook += 1_000
        }
        measurement.see(frame, .init(now: now, time: time, isBreak: isBreak))
    }

    private mutating func place(_ raw: Int64) -> (time: Int64, isBreak: Bool) {
        if let offset {
            let time = raw &+ offset
            if time >= now - Self.greatestStep, time <= now + Self.greatestStep { return (max(0, time), false) }
        }
        let isBreak = offset != nil
        let time = isBreak ? now + Self.leastGap : 0
        offset = time &- raw
        return (time, isBreak)
    }

    private mutating func look(at time: Int64) {
        for transition in judge.judge(measurement.figures(at: time), now: time) where transition.isRaised {
            let finding = transition.finding
            if let known = found.firstIndex(where: { $0.rule == finding.rule && $0.track == finding.track }) {
                found[known].text = finding.text
            } else {
                found.append(finding)
            }
        }
        // Figures grow while a finding lasts; the last is told.
        for finding in judge.findings {
            if let known = found.firstIndex(where: { $0.rule == finding.rule && $0.track == finding.track }) {
                found[known].text = finding.text
            }
        }
    }

    /// Everything that was found, the gravest first.
    var findings: [StreamReport.Finding] {
        found.sorted { ($1.rule.severity, $0.since) < ($0.rule.severity, $1.since) }.map { finding in
            StreamReport.Finding(
                rule: finding.rule.rawValue, severity: finding.rule.severity.rawValue,
                track: finding.track.map { "\($0.kind.rawValue) \($0.number)" }, text: finding.text,
                remedy: finding.rule.remedy, seconds: Double(finding.since) / 1_000)
        }
    }
}
