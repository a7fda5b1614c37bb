import Logging

/// One line of the log, before it has a form.
struct LogLine {
    var label: String
    var level: Logger.Level
    /// A constant sentence; what changes is in the facts.
    var message: String
    var facts: LogFacts

    init(label: String, event: LogEvent, facts: LogFacts) {
        self.init(label: label, level: event.level, message: event.message.description, facts: facts)
    }

    init(label: String, level: Logger.Level, message: String, facts: LogFacts) {
        self.label = label
        self.level = level
        self.message = message
        self.facts = facts
    }
}
