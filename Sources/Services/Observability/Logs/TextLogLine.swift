import Logging
import TextCoding

/// A line for people: `2026-01-31T12:34:56.789Z info     connection opened connection.id=42 …`.
///
/// The facts stand in order of their names. Everything that could pass for the end of a line, or for another fact, is
/// quoted and escaped.
enum TextLogLine {
    /// The line as it is written, with its newline.
    static func text(of line: LogLine, at time: UTCTime) -> String {
        let level = line.level.rawValue
        var text = "\(time.text) \(level)\(String(repeating: " ", count: max(0, 8 - level.utf8.count))) "
        text += escaped(line.message.cutForLog)
        for (name, value) in line.facts.pairs {
            text += " \(quoted(name))=\(quoted(self.text(value, depth: 1)))"
        }
        return text + "\n"
    }

    private static func text(_ value: Logger.Metadata.Value, depth: Int) -> String {
        guard depth <= deepestFact else { return "…" }
        switch value {
        case .string(let text): return text
        case .stringConvertible(let value): return value.description
        case .array(let values): return "[\(values.map { text($0, depth: depth + 1) }.joined(separator: ","))]"
        case .dictionary(let values):
            let pairs = values.sorted { $0.key < $1.key }.map { "\($0.key):\(text($0.value, depth: depth + 1))" }
            return "{\(pairs.joined(separator: ","))}"
        }
    }

    /// The text as it is if nothing in it can be misread, otherwise in quotes.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" && $0 != "\\" }
        let escaped = escaped(text.cutForLog, alsoQuotes: !isPlain)
        return isPlain && escaped == text ? escaped : "\"\(escaped)\""
    }

    private static func escaped(_ text: String, alsoQuotes: Bool = false) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case "\"" where alsoQuotes: escaped += "\\\""
            case "\\" where alsoQuotes: escaped += "\\\\"
            case _ where scalar.isUnsafeInLine: escaped += "\\u{\(String(scalar.value, radix: 16))}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
