import ControlAPI
import Foundation
import Testing

@Suite("What metrics mean")
struct MetricDescriptionTests {
    /// The labels that stand in the sources where metrics are made.
    private static func labels() throws -> Set<String> {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let sources = root.appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(atPath: sources.path))
        var labels: Set<String> = []
        for case let name as String in files
        where name.hasSuffix(".swift") && !name.hasSuffix("/MetricDescriptions.swift") {
            let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
            for match in text.matches(of: /"(swiftwater_(?:[a-z]+_)*[a-z]+)"/) { labels.insert(String(match.1)) }
        }
        return labels
    }

    /// What the registry describes itself, and what is no metric.
    private static let others: Set = ["swiftwater_metrics_series_refused_total", "swiftwater_version"]

    @Test("every metric is described, and nothing else is")
    func all() throws {
        let labels = try Self.labels().subtracting(Self.others)
        let described = Set(MetricDescriptions.byName.keys)
        #expect(labels.subtracting(described).sorted() == [])
        #expect(described.subtracting(labels).sorted() == [])
    }

    @Test("a description is a sentence")
    func sentences() {
        for (name, text) in MetricDescriptions.byName { #expect(text.hasSuffix("."), "\(name)") }
    }
}
