public import ConfigurationReading
public import EndpointCore
public import Logging
import MediaModel
import NIOCore

/// Asks an admission hook again and again whether sessions may go on, and ends those that may not (nginx-rtmp's
/// `on_update`).
public actor SessionUpdates {
    /// How often it is looked whose turn it is.
    private static let lookInterval = Duration.seconds(1)
    /// Questions on their way at the same time: 64, so that a slow back end delays others' turns and costs no more.
    private static let mostAtOnce = 64

    private let sessions: SessionDirectory
    private let configuration: @Sendable () -> ServerConfiguration
    private let admission: AdmissionAuthorizer
    private let logger: Logger
    /// When sessions that were asked about before are to be asked about again.
    private var due: [UInt64: NIODeadline] = [:]

    /// Makes what asks; `run` sets it going.
    public init(
        of sessions: SessionDirectory, configuration: @escaping @Sendable () -> ServerConfiguration,
        admission: AdmissionAuthorizer, logger: Logger
    ) {
        self.sessions = sessions
        self.configuration = configuration
        self.admission = admission
        self.logger = logger
    }

    /// Asks until the task is cancelled.
    public func run() async {
        while (try? await Task.sleep(for: Self.lookInterval)) != nil { await look() }
    }

    /// Asks about every session whose turn it is.
    func look() async {
        let configuration = configuration()
        guard configuration.asksAboutSessions else { return due = [:] }
        let interval = TimeAmount(configuration.admission.updateInterval)
        var settings: [String: ServerConfiguration.Admission] = [:]
        let concerned = sessions.sessions { entry in
            let application = entry.path.application
            let admission = settings[application] ?? configuration.admission(of: application)
            settings[application] = admission
            return admission.update != nil
        }
        admission.forgetParameters(except: concerned)
        let now = NIODeadline.now()
        var kept: [UInt64: NIODeadline] = [:]
        var turn: [SessionDirectory.Entry] = []
        for entry in concerned {
            // The interval may have become shorter.
            let time = min(due[entry.number] ?? entry.since + interval, now + interval)
            kept[entry.number] = time
            if time <= now { turn.append(entry) }
        }
        due = kept
        guard !turn.isEmpty else { return }
        await ask(await sessions.readings(of: turn), settings)
        let next = NIODeadline.now() + interval
        for entry in turn { due[entry.number] = next }
    }

    private func ask(
        _ readings: [(entry: SessionDirectory.Entry, reading: SessionReading)],
        _ settings: [String: ServerConfiguration.Admission]
    ) async {
        await withTaskGroup(of: Void.self) { group in
            var atOnce = 0
            for (entry, reading) in readings {
                guard let admission = settings[entry.path.application] else { continue }
                if atOnce == Self.mostAtOnce { await group.next() } else { atOnce += 1 }
                group.addTask { [self] in await ask(entry, reading, admission) }
            }
        }
    }

    private nonisolated func ask(
        _ entry: SessionDirectory.Entry, _ reading: SessionReading, _ settings: ServerConfiguration.Admission
    ) async {
        guard let reason = await admission.refusal(of: entry, reading, settings) else { return }
        logger.notice(
            "session ended by the admission hook",
            metadata: [
                "connection.id": "\(entry.id)", "stream.path": "\(entry.path)", "role": "\(entry.role.rawValue)",
                "reason": "\(reason)",
            ])
        await entry.end(because: reason)
    }
}
