import Logging

/// The facts of one line: all metadata that applies, in order of the names.
struct LogFacts {
    /// Name and value.
    let pairs: [(name: String, value: Logger.Metadata.Value)]

    /// Merges what the provider, the logger and the call say; the later one wins.
    init(_ logger: Logger.Metadata, _ provider: Logger.MetadataProvider?, _ event: LogEvent) {
        var facts = provider?.get() ?? [:]
        facts.merge(logger) { _, new in new }
        if let metadata = event.metadata { facts.merge(metadata) { _, new in new } }
        if let error = event.error, facts["error"] == nil { facts["error"] = "\(error)" }
        self.init(facts)
    }

    init(_ facts: Logger.Metadata) {
        pairs = facts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// Lists and dictionaries within each other are written no deeper than this; nobody reads further.
let deepestFact = 8

/// Characters of a message or a value that are written: 4096.
///
/// What a peer sends could otherwise fill the disk.
let longestLogText = 4096

extension String {
    /// The text without its end, if it is too long for a line.
    var cutForLog: String {
        unicodeScalars.count <= longestLogText ? self : String(unicodeScalars.prefix(longestLogText)) + "…"
    }
}
