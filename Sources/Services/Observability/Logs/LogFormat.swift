/// The form of a log line.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people: time, level, message, facts.
    case text
    /// For machines: one JSON object a line.
    case json
}
