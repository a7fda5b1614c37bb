import Logging
import TextCoding

/// A line for machines: one JSON object (RFC 8259) with `time`, `level`, `message`, `logger` and `facts`.
enum JSONLogLine {
    /// The line as it is written, with its newline.
    static func text(of line: LogLine, at time: UTCTime) -> String {
        var members = [
            "\"time\":\"\(time.text)\"",
            "\"level\":\"\(line.level.rawValue)\"",
            "\"message\":\(string(line.message))",
            "\"logger\":\(string(line.label))",
        ]
        if !line.facts.pairs.isEmpty {
            let pairs = line.facts.pairs.map { "\(string($0.name)):\(value($0.value, depth: 1))" }
            members.append("\"facts\":{\(pairs.joined(separator: ","))}")
        }
        return "{\(members.joined(separator: ","))}\n"
    }

    private static func value(_ value: Logger.Metadata.Value, depth: Int) -> String {
        guard depth <= deepestFact else { return string("…") }
        switch value {
        case .string(let text): return string(text)
        case .stringConvertible(let value): return string(value.description)
        case .array(let values): return "[\(values.map { self.value($0, depth: depth + 1) }.joined(separator: ","))]"
        case .dictionary(let values):
            let pairs = values.sorted { $0.key < $1.key }
                .map { "\(string($0.key)):\(self.value($0.value, depth: depth + 1))" }
            return "{\(pairs.joined(separator: ","))}"
        }
    }

    private static func string(_ text: String) -> String {
        var escaped = ""
        for scalar in text.cutForLog.unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case _ where scalar.isUnsafeInLine:
                for unit in UTF16.encode(scalar) ?? .init() {
                    let digits = String(unit, radix: 16)
                    escaped += "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)"
                }
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\"\(escaped)\""
    }
}
