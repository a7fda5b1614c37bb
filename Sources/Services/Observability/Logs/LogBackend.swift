import EndpointCore
public import Logging
import Synchronization
import TextCoding

import struct NIOConcurrencyHelpers.NIOLockedValueBox

/// Where the log lines of a process go, in which form, and how many of them.
///
/// ```swift
/// let logs = LogBackend(format: .text, level: .info)
/// LoggingSystem.bootstrap(logs.handler)
/// logs.level = .debug   // from here on, for every logger that has no level of its own
/// ```
///
/// Of lines that say the same, 50 at most are written in a second, and one more says how many were left out; who asks
/// for `debug` gets them all.
public final class LogBackend: Sendable {
    private let isJSON: Atomic<Bool>
    private let levelIndex: Atomic<Int>
    private let now: @Sendable () -> UTCTime
    private let afterASecond: @Sendable (@escaping @Sendable () -> Void) -> Void
    private let write: @Sendable (String) -> Void
    private let storm = NIOLockedValueBox(LogStorm())

    /// Makes a backend.
    ///
    /// - Parameters:
    ///   - format: the form of the lines.
    ///   - level: the least level that is written.
    ///   - write: takes whole lines, each with its newline, from any thread; standard error when not given.
    public convenience init(
        format: LogFormat, level: Logger.Level = .info,
        write: @escaping @Sendable (String) -> Void = StandardError.write
    ) {
        self.init(
            format: format, level: level, now: { UTCTime.now() },
            afterASecond: { action in
                Task {
                    // A little later than the second's end, whatever the clocks make of it.
                    try? await Task.sleep(for: .milliseconds(1_050))
                    action()
                }
            },
            write: write)
    }

    init(
        format: LogFormat, level: Logger.Level, now: @escaping @Sendable () -> UTCTime,
        afterASecond: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in },
        write: @escaping @Sendable (String) -> Void
    ) {
        isJSON = Atomic(format == .json)
        self.now = now
        self.afterASecond = afterASecond
        self.write = write
        levelIndex = Atomic(Self.index(of: level))
    }

    /// The form of the lines; may be changed while the process runs.
    public var format: LogFormat {
        get { isJSON.load(ordering: .relaxed) ? .json : .text }
        set { isJSON.store(newValue == .json, ordering: .relaxed) }
    }

    /// The least level that is written; may be changed while the process runs.
    public var level: Logger.Level {
        get {
            let index = levelIndex.load(ordering: .relaxed)
            return Logger.Level.allCases.indices.contains(index) ? Logger.Level.allCases[index] : .info
        }
        set { levelIndex.store(Self.index(of: newValue), ordering: .relaxed) }
    }

    /// Makes the handler of a logger, for `LoggingSystem.bootstrap`.
    @Sendable
    public func handler(label: String) -> any LogHandler {
        BackendLogHandler(label: label, backend: self)
    }

    /// Writes at once how many lines were left out, for a process that ends.
    public func finish() {
        writeCounts(of: storm.withLockedValue { $0.end() }, at: now())
    }

    func write(_ line: LogLine) {
        let now = now()
        guard level > .debug else { return write(text(of: line, at: now)) }
        let (leftOut, verdict) = storm.withLockedValue { storm in (storm.begin(at: now), storm.admit(line)) }
        writeCounts(of: leftOut, at: now)
        if verdict.isWritten { write(text(of: line, at: now)) }
        // A storm may end with nobody saying anything after it.
        if verdict.isFirstLeftOut { afterASecond { [weak self] in self?.secondOver() } }
    }

    private func secondOver() {
        let now = now()
        writeCounts(of: storm.withLockedValue { $0.begin(at: now) }, at: now)
    }

    private func writeCounts(of leftOut: [LogStorm.LeftOut], at time: UTCTime) {
        for lines in leftOut {
            let line = LogLine(
                label: lines.label, level: lines.level, message: "lines left out",
                facts: LogFacts(["message": "\(lines.message)", "count": "\(lines.count)"]))
            write(text(of: line, at: time))
        }
    }

    private func text(of line: LogLine, at time: UTCTime) -> String {
        switch format {
        case .text: TextLogLine.text(of: line, at: time)
        case .json: JSONLogLine.text(of: line, at: time)
        }
    }

    private static func index(of level: Logger.Level) -> Int {
        Logger.Level.allCases.firstIndex(of: level) ?? 0
    }
}
