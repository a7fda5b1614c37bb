public import Logging
import Synchronization

/// Where the log lines of a process go, in which form, and how many of them.
///
/// ```swift
/// let logs = LogBackend(format: .text, level: .info)
/// LoggingSystem.bootstrap(logs.handler)
/// logs.level = .debug   // from here on, for every logger that has no level of its own
/// ```
public final class LogBackend: Sendable {
    /// The form of the lines.
    public let format: LogFormat
    private let levelIndex: Atomic<Int>
    private let now: @Sendable () -> LogTime
    private let write: @Sendable (String) -> Void

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
        self.init(format: format, level: level, now: LogTime.now, write: write)
    }

    init(
        format: LogFormat, level: Logger.Level, now: @escaping @Sendable () -> LogTime,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.format = format
        self.now = now
        self.write = write
        levelIndex = Atomic(Self.index(of: level))
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
        switch format {
        case .text: TextLogHandler(label: label, backend: self)
        case .json: JSONLogHandler(label: label, backend: self)
        }
    }

    func write(_ line: (LogTime) -> String) {
        write(line(now()))
    }

    private static func index(of level: Logger.Level) -> Int {
        Logger.Level.allCases.firstIndex(of: level) ?? 0
    }
}
