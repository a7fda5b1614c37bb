import Logging
import NIOConcurrencyHelpers

/// A log whose lines a test reads, with their facts in the order of their names.
struct RecordedLines: LogHandler {
    private let box = NIOLockedValueBox<[String]>([])
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    var lines: [String] { box.withLockedValue { $0 } }
    var logger: Logger { Logger(label: "test") { _ in self } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let words = facts.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
        box.withLockedValue { $0.append("\(event.level) \(event.message)" + words.joined()) }
    }
}
