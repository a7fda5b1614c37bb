import EndpointCore
public import Logging
public import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import RecordingPlan
public import StreamHub
import TextCoding

/// Records the streams that are to be recorded, each into files of its own.
///
/// Whether a stream is recorded is asked when it begins, and again by `follow`. The stream's loop hands on blocks of bytes
/// and never waits: a disk that stalls costs the recording frames, and the stream nothing.
public final class StreamRecorder: StreamObserver {
    /// Threads that write, of the whole process: 4.
    ///
    /// A disk that stalls holds one for each file on it.
    static let threads = 4
    /// Files of one stream's name that are not closed: 4, the one that is written and three that wait for the disk.
    ///
    /// While there are as many, no other begins: what comes is lost for the recording until one is closed.
    static let mostUnclosedFiles = 4

    /// Runs from the first recording to the end of the process: a thread that hangs in the system cannot be ended.
    private static let pool: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
        return pool
    }()

    private struct Station {
        let stream: LiveStream
        let sink: NIOLoopBound<RecordingSink>
    }

    private struct State {
        var stations: [StreamPath: Station] = [:]
        /// The files that are not closed yet, by id.
        var files: [String: RecordingFile] = [:]
        var beginnings = RecordingBeginnings()
        var decisions = 0
    }

    private let settings: @Sendable (StreamPath) -> RecordingSettings
    private let isRegistered: @Sendable (StreamPath) async -> Bool
    private let disk: any RecordingDisk
    /// What waits for the disk.
    let waiting: WaitingBytes
    /// Tells the time, in milliseconds since 1970.
    private let clock: @Sendable () -> Int64
    private let metrics = RecordingMetrics()
    private let logger: Logger
    private let onEvent: @Sendable (RecordingEvent) -> Void
    private let state = NIOLockedValueBox(State())

    /// Makes a recorder.
    ///
    /// - Parameters:
    ///   - settings: how streams of a name are recorded.
    ///   - isRegistered: whether a live stream of this name is to be recorded though its application is not.
    ///   - onEvent: is told what happens, by a thread that writes; for one file in order.
    public convenience init(
        settings: @escaping @Sendable (StreamPath) -> RecordingSettings,
        isRegistered: @escaping @Sendable (StreamPath) async -> Bool, logger: Logger,
        onEvent: @escaping @Sendable (RecordingEvent) -> Void
    ) {
        self.init(
            settings: settings, isRegistered: isRegistered, disk: FileSystemDisk(), logger: logger, onEvent: onEvent)
    }

    init(
        settings: @escaping @Sendable (StreamPath) -> RecordingSettings,
        isRegistered: @escaping @Sendable (StreamPath) async -> Bool, disk: any RecordingDisk,
        waiting: WaitingBytes = WaitingBytes(),
        clock: @escaping @Sendable () -> Int64 = { UTCTime.now().millisecondsSince1970 }, logger: Logger,
        onEvent: @escaping @Sendable (RecordingEvent) -> Void
    ) {
        self.settings = settings
        self.isRegistered = isRegistered
        self.disk = disk
        self.waiting = waiting
        self.clock = clock
        self.logger = logger
        self.onEvent = onEvent
    }

    // MARK: Streams

    /// Takes the stream's elements from its first on, recorded or not: whether it is may change while it is live.
    public func streamStarted(_ stream: LiveStream) -> (any FrameSink)? {
        var logger = logger
        logger[metadataKey: "stream.path"] = "\(stream.path)"
        let sink = RecordingSink(stream: stream, metrics: metrics, clock: clock, logger: logger) { [self, logger] in
            makeFile($0, $1, for: $2, on: stream.home, logger)
        }
        let station = Station(stream: stream, sink: NIOLoopBound(sink, eventLoop: stream.home))
        state.withLockedValue { $0.stations[stream.path] = station }
        decide(station)
        return sink
    }

    /// Forgets the stream.
    public func streamEnded(_ stream: LiveStream) {
        state.withLockedValue { state in
            if state.stations[stream.path]?.stream === stream { state.stations[stream.path] = nil }
        }
    }

    /// Asks anew whether and how streams are recorded, and lets those that are live go by it from their next sync frame on.
    ///
    /// - Parameter path: the stream that it concerns; `nil` for all.
    public func follow(_ path: StreamPath? = nil) {
        let stations = state.withLockedValue { state in
            state.stations.values.filter { path == nil || $0.stream.path == path }
        }
        for station in stations { decide(station) }
    }

    private func decide(_ station: Station) {
        let number = state.withLockedValue { state in
            state.decisions += 1
            return state.decisions
        }
        let path = station.stream.path
        let settings = settings(path)
        if settings.format != nil { return tell(station, settings, number) }
        Task {
            var settings = settings
            if await isRegistered(path) { settings.format = .fragmentedMP4 }
            tell(station, settings, number)
        }
    }

    private func tell(_ station: Station, _ settings: RecordingSettings, _ number: Int) {
        let home = station.stream.home
        if home.inEventLoop {
            station.sink.value.follow(settings, decision: number)
        } else {
            home.execute { station.sink.value.follow(settings, decision: number) }
        }
    }

    // MARK: Files

    /// Makes a file, unless too many of the stream's name are not closed yet, or have begun in short time.
    private func makeFile(
        _ beginning: RecordingBeginning, _ settings: RecordingSettings, for sink: RecordingSink,
        on home: any EventLoop, _ logger: Logger
    ) -> Result<RecordingFile, RecordingRefusal> {
        // Further files of a stream come by time, or have an allowance of their own.
        let isFirst = !sink.hasBegunFile
        var chance = SystemRandomNumberGenerator()
        let id = ChanceText.id("rec", using: &chance)
        let sink = NIOLoopBound(sink, eventLoop: home)
        let file = RecordingFile(
            beginning, id: id, settings: settings, disk: disk, pool: Self.pool, waiting: waiting,
            metrics: metrics[beginning.format],
            onEvent: { [weak self] event in
                Self.log(event, logger)
                self?.onEvent(event)
                if case .ended = event { self?.forget(id) }
            },
            onFailure: { [weak self] in
                guard let file = self?.file(id) else { return }
                home.execute { sink.value.fileFailed(file) }
            })
        return state.withLockedValue { state -> Result<RecordingFile, RecordingRefusal> in
            let unclosed = state.files.values.count(where: { $0.beginning.path == beginning.path })
            guard unclosed < Self.mostUnclosedFiles else { return .failure(.diskTooSlow) }
            if isFirst, !state.beginnings.spend(for: beginning.path, at: beginning.startedAt) {
                return .failure(.begunTooOften)
            }
            state.files[id] = file
            return .success(file)
        }
    }

    private func file(_ id: String) -> RecordingFile? { state.withLockedValue { $0.files[id] } }
    private func forget(_ id: String) { state.withLockedValue { $0.files[id] = nil } }

    /// What has been written of a recording that is not closed yet; `nil` for every other.
    public func progress(of id: String) -> (bytes: Int, durationMilliseconds: Int64)? { file(id)?.progress }

    /// How many files are not closed yet.
    var openFileCount: Int { state.withLockedValue { $0.files.count } }

    /// Ends all recordings, and waits until their files are closed, for as long as `limit`.
    ///
    /// - Returns: how many files could not be closed in that time.
    public func finish(within limit: Duration) async -> Int {
        let end = ContinuousClock.now + limit
        let stations = state.withLockedValue { Array($0.stations.values) }
        for station in stations {
            // An event loop that is shutting down has nothing to end.
            try? await station.stream.home.submit { station.sink.value.streamEnded(.unpublished) }.get()
        }
        // There is nobody else to be told of the last file.
        while openFileCount > 0, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
        return openFileCount
    }

    private static func log(_ event: RecordingEvent, _ logger: Logger) {
        switch event {
        case .begun(let facts):
            logger.info("recording begun", metadata: ["recording.id": "\(facts.id)", "file": "\(facts.file)"])
        case .ended(let facts, let outcome):
            var metadata: Logger.Metadata = [
                "recording.id": "\(facts.id)", "file": "\(facts.file)", "bytes": "\(outcome.bytes)",
                "duration": "\(Double(outcome.durationMilliseconds) / 1_000) s", "lost.frames": "\(outcome.lostFrames)",
            ]
            switch outcome.cause {
            case .finished(let ending):
                metadata["reason"] = "\(ending.rawValue)"
                logger.info("recording ended", metadata: metadata)
            case .failed(let reason):
                metadata["reason"] = "\(reason)"
                logger.error("recording failed; the stream goes on without it", metadata: metadata)
            }
        }
    }
}
