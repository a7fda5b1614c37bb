import Foundation
import Testing

@testable import ConfigurationReading

/// Compares the pages in `Documentation` with the code that they are made from.
///
/// `UPDATE_DOCUMENTATION=1 swift test --filter DocumentationTests` writes them anew.
@Suite("Documentation")
struct DocumentationTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Documentation")

    @Test(
        "is what the code says",
        arguments: [
            ("configuration.md", ConfigurationReference.page), ("swiftwater.yaml", ConfigurationReference.sample),
        ])
    func committed(name: String, made: String) throws {
        let file = Self.folder.appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["UPDATE_DOCUMENTATION"] != nil {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try made.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == made)
    }

    @Test("the sample is the defaults, with every key in it")
    func sample() throws {
        let report = try load(ConfigurationReference.sample)
        #expect(report.configuration == ServerConfiguration())
        #expect(report.settings.filter { $0.origin == .builtIn }.map(\.key) == [])
    }

    @Test("every summary is a sentence")
    func summaries() {
        let server = ServerConfiguration.keys
        let application = ApplicationConfiguration.keys
        let texts =
            server.keys.map(\.summary) + application.keys.map(\.summary) + server.sections.map(\.summary)
            + application.sections.map(\.summary)
        #expect(texts.allSatisfy { $0.hasSuffix(".") && !$0.contains("\n") && !$0.contains("|") })
    }
}
