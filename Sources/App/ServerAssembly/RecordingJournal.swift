import Catalogue
import EndpointCore
import Logging
import NIOConcurrencyHelpers
import Recording
import RecordingPlan

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Writes down in the catalogue what is recorded, and tells of it afterwards, so that whoever is told finds it there.
actor RecordingJournal {
    /// Events that wait to be written down: 10,000, each a file that begins or ends.
    private static let mostWaiting = 10_000
    /// Entries that could not be written down and are tried again: 1,000.
    private static let mostUnwritten = 1_000
    /// How long after a failure they are tried again.
    private static let patience = Duration.seconds(10)
    /// How long the end waits for what is left to be written down; the next start closes what was not.
    private static let farewell = Duration.seconds(5)

    private enum Work: Sendable {
        case event(RecordingEvent)
        case tryAgain
    }

    private let catalogue: CatalogueDoor
    private let logger: Logger
    private let tell: @Sendable (RecordingEvent) -> Void
    private nonisolated let arrivals: AsyncStream<Work>.Continuation
    private let work: AsyncStream<Work>
    private var unwritten: [StoredRecording] = []
    private var hasComplained = false
    private var isRetryScheduled = false
    private let isOver: AsyncStream<Void>
    private let over: AsyncStream<Void>.Continuation
    private let hasBegun = NIOLockedValueBox(false)

    init(catalogue: CatalogueDoor, logger: Logger, tell: @escaping @Sendable (RecordingEvent) -> Void) {
        self.catalogue = catalogue
        self.logger = logger
        self.tell = tell
        (work, arrivals) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostWaiting))
        (isOver, over) = AsyncStream.makeStream()
    }

    /// Puts down what happened; returns at once, on any thread.
    nonisolated func note(_ event: RecordingEvent) { arrivals.yield(.event(event)) }

    /// Writes down and tells what comes, until `finish`.
    func run() async {
        hasBegun.withLockedValue { $0 = true }
        for await work in work {
            if case .event(let event) = work {
                add(StoredRecording(event))
                await write()
                tell(event)
            } else {
                await write()
            }
        }
        over.finish()
    }

    /// Writes down and tells what has come, and ends `run`; a catalogue that hangs is not waited for without end.
    nonisolated func finish() async {
        arrivals.finish()
        guard hasBegun.withLockedValue({ $0 }) else { return }
        let isOver = isOver
        await withTaskGroup { group in
            group.addTask { for await _ in isOver {} }
            group.addTask { try? await Task.sleep(for: Self.farewell) }
            await group.next()
            group.cancelAll()
        }
    }

    private func add(_ recording: StoredRecording) {
        unwritten.removeAll { $0.id == recording.id }
        if unwritten.count >= Self.mostUnwritten { unwritten.removeFirst() }
        unwritten.append(recording)
    }

    private func write() async {
        guard let storage = await catalogue.storage() else { return }
        while let recording = unwritten.first {
            do {
                try await storage.keepRecording(recording)
                unwritten.removeFirst()
                hasComplained = false
            } catch {
                if !hasComplained {
                    logger.error("recordings cannot be written into the catalogue", metadata: ["reason": "\(error)"])
                }
                hasComplained = true
                scheduleRetry()
                return
            }
        }
    }

    /// One at a time: each event that cannot be written down would bring another, and each of those again.
    private func scheduleRetry() {
        guard !isRetryScheduled else { return }
        isRetryScheduled = true
        Task {
            try? await Task.sleep(for: Self.patience)
            isRetryScheduled = false
            arrivals.yield(.tryAgain)
        }
    }

    /// Closes the entries of recordings that were running when the server ended without closing them.
    static func closeInterrupted(in storage: any CatalogueStorage, logger: Logger) async throws {
        for var recording in try await storage.openRecordings() {
            let facts = await RecordedFile.facts(of: recording.filePath)
            recording.state = .interrupted
            recording.reason =
                facts == nil ? "the file is gone" : "the server ended while it was recorded"
            recording.bytes = facts?.bytes ?? 0
            recording.endedAt = facts.map { Date(millisecondsSince1970: $0.writtenAt) } ?? Date()
            if facts != nil, let end = recording.endedAt {
                // What the file was written for: nobody counts the frames of a file that may be hours long.
                let seconds = min(max(0, end.timeIntervalSince(recording.begunAt)), 1e9)
                recording.durationMilliseconds = Int64(seconds * 1_000)
            }
            try await storage.keepRecording(recording)
            logger.warning(
                "recording was interrupted",
                metadata: [
                    "recording.id": "\(recording.id)", "file": "\(recording.file)", "bytes": "\(recording.bytes)",
                ])
        }
    }
}

extension StoredRecording {
    init(_ event: RecordingEvent) {
        switch event {
        case .begun(let facts): self.init(facts)
        case .ended(let facts, let outcome):
            self.init(facts)
            if case .failed = outcome.cause { state = .failed } else { state = .finished }
            reason = outcome.reason
            endedAt = Date(millisecondsSince1970: outcome.endedAt)
            durationMilliseconds = outcome.durationMilliseconds
            bytes = outcome.bytes
            lostFrames = outcome.lostFrames
        }
    }

    private init(_ facts: RecordingFacts) {
        self.init(
            id: facts.id, path: facts.path, folder: facts.folder, file: facts.file, format: facts.format.rawValue,
            begunAt: Date(millisecondsSince1970: facts.startedAt))
    }
}
