import Foundation

/// What a run found out, for people: names and figures, line by line.
struct ReportTable {
    private static let widthOfNames = 28

    private var rows: [(name: String, figures: String)] = []

    mutating func add(_ name: String, _ figures: String) {
        rows.append((name, figures))
    }

    mutating func add(_ rows: [(String, String)]) {
        for (name, figures) in rows { add(name, figures) }
    }

    var text: String {
        rows.map { $0.name.padding(toLength: Self.widthOfNames, withPad: " ", startingAt: 0) + $0.figures }
            .joined(separator: "\n")
    }

    /// How often something failed for which reason, behind what did not.
    static func text(_ failures: [String: Int]) -> String {
        failures.isEmpty ? "" : "; " + failures.map { "\($0.value) × \($0.key)" }.sorted().joined(separator: "; ")
    }
}

extension Encodable {
    /// One line of JSON with sorted keys.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
