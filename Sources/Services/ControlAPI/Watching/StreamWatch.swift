public import EndpointCore
public import Logging
public import MediaModel
import NIOConcurrencyHelpers
import NIOCore
public import StreamHealth
public import StreamHub

/// Looks at every live stream once a second: tells what is wrong with it, in the log once and in the events, and keeps
/// its metrics.
public final class StreamWatch: StreamObserver {
    /// How often it looks.
    public static let interval = Duration.seconds(1)
    /// Looks between two signs of life to who listens to events: 15 s, less than proxies' patience.
    private static let looksPerKeepAlive = 15

    private struct Watched {
        var judge: HealthJudge
        var findings: [HealthFinding] = []
        /// To notice changes.
        var tracks: [Track] = []
        var history = StreamHistory()

        /// What is to be said of the tracks, where that is something else than before.
        mutating func noteChange(to tracks: [Track]) -> [String]? {
            guard !tracks.elementsEqual(self.tracks, by: ===) else { return nil }
            defer { self.tracks = tracks }
            let texts = tracks.map(TrackSummary.text)
            return texts == self.tracks.map(TrackSummary.text) ? nil : texts
        }
    }

    private let sessions: SessionDirectory
    private let events: EventFeed
    private let metrics: StreamSeriesKeeper
    private let thresholds: HealthThresholds
    private let logger: Logger
    private let watched = NIOLockedValueBox<[StreamPath: Watched]>([:])
    private let listener = NIOLockedValueBox<(@Sendable (HealthTransition, StreamPath) -> Void)?>(nil)

    /// Makes a watch; `run` starts it.
    ///
    /// - Parameter mostStreams: how many streams have metrics of their own.
    public init(
        sessions: SessionDirectory, events: EventFeed, mostStreams: @escaping @Sendable () -> Int,
        thresholds: HealthThresholds = HealthThresholds(), logger: Logger
    ) {
        self.sessions = sessions
        self.events = events
        self.thresholds = thresholds
        self.logger = logger
        metrics = StreamSeriesKeeper(mostStreams: mostStreams)
        sessions.addListener { [events] event in
            switch event {
            case .opened(let entry): events.publish("session.opened", entry)
            case .closed(let entry): events.publish("session.closed", entry)
            case .connected, .disconnected: break
            }
        }
    }

    /// Who else is told of findings; called on any thread.
    public func setFindingListener(_ listener: @escaping @Sendable (HealthTransition, StreamPath) -> Void) {
        self.listener.withLockedValue { $0 = listener }
    }

    /// Looks until the task is cancelled.
    public func run(over registry: StreamRegistry) async {
        var looks = 0
        while (try? await Task.sleep(for: Self.interval)) != nil {
            await look(at: registry)
            looks += 1
            if looks.isMultiple(of: Self.looksPerKeepAlive) { events.keepAlive() }
        }
    }

    /// What is wrong with a stream, the gravest first.
    func findings(of path: StreamPath) -> [HealthFinding] {
        watched.withLockedValue { $0[path]?.findings ?? [] }
    }

    /// How the latest minutes of a stream were.
    func history(of path: StreamPath) -> StreamHistory {
        watched.withLockedValue { $0[path]?.history ?? StreamHistory() }
    }

    // MARK: Beginning and end

    /// Tells that a stream became live.
    public func streamStarted(_ stream: LiveStream) -> (any FrameSink)? {
        events.publish("stream.started", of: stream.path)
        return nil
    }

    /// Tells that a stream is over.
    public func streamEnded(_ stream: LiveStream) {
        watched.withLockedValue { $0[stream.path] = nil }
        events.publish("stream.ended", of: stream.path)
    }

    // MARK: One look

    /// Looks at every live stream.
    func look(at registry: StreamRegistry) async {
        let statuses = await registry.statuses(of: registry.liveStreams)
        let publishers = await sessions.readings(
            of: statuses.compactMap { sessions.publisher(of: $0.path) }, lines: true)
        var lines: [StreamPath: LineFigures] = [:]
        for (entry, reading) in publishers { lines[entry.path] = reading.line }
        for status in statuses { note(status, line: lines[status.path]) }
        // One that ended while it was looked at was entered again.
        let present = Set(statuses.map(\.path))
        watched.withLockedValue { $0 = $0.filter { present.contains($0.key) } }
        await metrics.update(
            statuses.map { status in
                StreamSeriesKeeper.Look(
                    status: status, players: sessions.players(of: status.path), findings: findings(of: status.path))
            })
    }

    private func note(_ status: StreamStatus, line: LineFigures?) {
        let viewers = sessions.players(of: status.path).values.reduce(0, +)
        let (transitions, change) = watched.withLockedValue { watched in
            var one = watched[status.path] ?? Watched(judge: HealthJudge(thresholds: thresholds))
            // Of one whose publisher vanished nothing can be said until it returns, and soon it is over.
            let transitions =
                status.isPublished ? one.judge.judge(status.figures, line: line, now: status.measuredAt) : []
            one.findings = one.judge.findings
            let tracks = status.figures.tracks.map(\.track)
            let change = one.noteChange(to: tracks)
            one.history.note(
                bitsPerSecond: status.isPublished ? status.figures.bitsPerSecond : nil, viewers: viewers)
            watched[status.path] = one
            return (transitions, change)
        }
        if let change {
            events.publish("tracks.changed", of: status.path) { writer in
                writer.member("tracks", of: change) { $0.string($1) }
            }
        }
        for transition in transitions { tell(transition, of: status.path) }
    }

    private func tell(_ transition: HealthTransition, of path: StreamPath) {
        let finding = transition.finding
        listener.withLockedValue { $0 }?(transition, path)
        events.publish(transition.isRaised ? "finding.raised" : "finding.cleared", of: path) { writer in
            writer.member("rule", finding.rule.rawValue)
            writer.member("severity", finding.rule.severity.rawValue)
            writer.member("track", finding.track.map(TrackSummary.name))
            writer.member("text", finding.text)
            writer.member("remedy", finding.rule.remedy)
        }
        var facts: Logger.Metadata = [
            "stream.path": "\(path)", "rule": "\(finding.rule.rawValue)", "finding": "\(finding.text)",
        ]
        guard transition.isRaised else { return logger.info("stream recovered", metadata: facts) }
        facts["remedy"] = "\(finding.rule.remedy)"
        logger.log(
            level: finding.rule.severity == .notice ? .notice : .warning, "stream is not well", metadata: facts)
    }
}

extension EventFeed {
    func publish(_ name: String, of path: StreamPath, _ body: (inout JSONWriter) -> Void = { _ in }) {
        publish(name, application: path.application) { writer in
            writer.member("stream", path.description)
            body(&writer)
        }
    }

    func publish(_ name: String, _ session: SessionDirectory.Entry) {
        publish(name, of: session.path) { writer in
            writer.member("session", session.id)
            writer.member("role", session.role.rawValue)
            writer.member("transport", session.transport)
        }
    }
}

/// A track in few words.
enum TrackSummary {
    /// Such as `video 0`, by which findings and metrics name it.
    static func name(_ id: Track.ID) -> String { "\(id.kind.rawValue) \(id.number)" }

    /// Such as `video 0 h264 1280x720`.
    static func text(_ track: Track) -> String {
        var text = "\(name(track.id)) \(track.codec.rawValue)"
        if let video = track.configuration.video { text += " \(video.width)x\(video.height)" }
        if let audio = track.configuration.audio { text += " \(audio.sampleRate) Hz \(audio.channelCount) ch" }
        if let language = track.language { text += " \(language)" }
        return text
    }
}
