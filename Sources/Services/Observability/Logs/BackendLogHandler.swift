import Logging

/// Hands the lines of one logger to the backend, which gives them their form when it writes them.
struct BackendLogHandler: LogHandler {
    /// The facts of every line of this logger.
    var metadata: Logger.Metadata = [:]
    /// Adds facts to every line.
    var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let backend: LogBackend
    private var ownLevel: Logger.Level?

    init(label: String, backend: LogBackend) {
        self.label = label
        self.backend = backend
    }

    /// The least level that is written: the backend's, unless this logger was given its own.
    var logLevel: Logger.Level {
        get { ownLevel ?? backend.level }
        set { ownLevel = newValue }
    }

    /// A fact of every line of this logger.
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line.
    func log(event: LogEvent) {
        backend.write(LogLine(label: label, event: event, facts: LogFacts(metadata, metadataProvider, event)))
    }
}
