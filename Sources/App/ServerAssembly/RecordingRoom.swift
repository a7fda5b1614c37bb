import Catalogue
import ConfigurationReading
import ControlAPI
import EndpointCore
import Logging
import MediaModel
import Recording
import RecordingPlan
import Webhooks

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Everything that has to do with recordings: who records, and who writes down and tells what was recorded.
struct RecordingRoom: Sendable {
    /// How long files may take to be closed when the server stops; what hangs longer is closed in the catalogue at the next
    /// start.
    private static let farewell = Duration.seconds(5)

    let recorder: StreamRecorder
    private let journal: RecordingJournal
    private let logger: Logger

    init(
        _ configuration: CurrentConfiguration, catalogue: CatalogueDoor, control: ControlRoom, notices: HookNotices,
        logger: Logger
    ) {
        let journal = RecordingJournal(catalogue: catalogue, logger: logger) { event in
            control.events.recordingChanged(event)
            notices.note(event)
        }
        self.journal = journal
        self.logger = logger
        recorder = StreamRecorder(
            settings: { RecordingSettings(configuration.value, application: $0.application) },
            isRegistered: { path in
                guard catalogue.isExpected, let storage = await catalogue.storage() else { return false }
                // A catalogue that cannot be read knows of nothing that is to be recorded; it says so itself.
                return (try? await storage.stream(at: path))?.isRecorded ?? false
            }, logger: logger
        ) { journal.note($0) }
    }

    /// Writes down and tells what happens, until `finish`.
    func run() async { await journal.run() }

    /// Closes all files.
    func finish() async {
        let left = await recorder.finish(within: Self.farewell)
        if left > 0 {
            logger.error("recordings could not be closed in time: the disk hangs", metadata: ["count": "\(left)"])
        }
        await journal.finish()
    }
}

extension RecordingSettings {
    init(_ configuration: ServerConfiguration, application: String) {
        let format: RecordingFormat? =
            switch configuration.application(application).record {
            case .off: nil
            case .fmp4: .fragmentedMP4
            case .flv: .flv
            }
        self.init(
            format: format, folder: configuration.recordingFolder, longest: configuration.recordings.longest,
            queueBytes: configuration.recordings.queueBytes)
    }
}

extension ServerConfiguration {
    /// The folder of all recordings, as an absolute path, which is what back ends are told.
    fileprivate var recordingFolder: String {
        var folder = recordings.folder
        if !folder.hasPrefix("/") { folder = "\(data)/\(folder)" }
        if !folder.hasPrefix("/") { folder = "\(FileManager.default.currentDirectoryPath)/\(folder)" }
        return "/" + folder.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}

extension HookNotices {
    /// Tells webhooks of a recording.
    func note(_ event: RecordingEvent) {
        switch event {
        case .begun(let facts): note(.record(HookNotice.RecordedFile(facts)), facts.path)
        case .ended(let facts, let outcome):
            var file = HookNotice.RecordedFile(facts)
            file.outcome = .init(
                reason: outcome.reason, seconds: Double(outcome.durationMilliseconds) / 1_000, bytes: outcome.bytes,
                lostFrames: outcome.lostFrames)
            if case .failed = outcome.cause {
                note(.recordFailed(file), facts.path)
            } else {
                note(.recordEnd(file), facts.path)
            }
        }
    }
}

extension HookNotice.RecordedFile {
    fileprivate init(_ facts: RecordingFacts) {
        self.init(id: facts.id, folder: facts.folder, file: facts.file, format: facts.format.rawValue)
    }
}
