import Logging

/// The log of the HTTP server's own inside: warnings and faults; ours tell of sessions.
///
/// The facts that it gives to each request go into no line of it, and so are not even kept.
struct HTTPServerLog: LogHandler {
    private let lines: any LogHandler
    private let hold: Hold
    var logLevel: Logger.Level
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    /// Makes the log of one server, whose lines go where those of `logger` go.
    ///
    /// - Returns: the server's logger, and what ends when nobody has that any more: only then is the server's last task over,
    ///   which it begins when it is to stop, and does not wait for itself.
    static func logger(over logger: Logger) -> (Logger, isReleased: AsyncStream<Never>) {
        let (isReleased, released) = AsyncStream.makeStream(of: Never.self)
        let log = HTTPServerLog(
            lines: logger.handler, hold: Hold(released), logLevel: max(logger.logLevel, .warning))
        return (Logger(label: logger.label, factory: { _ in log }), isReleased)
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        lines.log(event: event)
    }

    private final class Hold: Sendable {
        private let released: AsyncStream<Never>.Continuation

        init(_ released: AsyncStream<Never>.Continuation) {
            self.released = released
        }

        deinit { released.finish() }
    }
}
