import TestSupport
import Testing

@testable import ConfigurationReading

@Suite("YAML within bounds")
struct YAMLReaderTests {
    private func read(_ text: String) throws(YAMLFault) -> YAMLNode? {
        try YAMLReader.read(Array(text.utf8))
    }

    private func fault(of text: String) -> YAMLFault? {
        do throws(YAMLFault) {
            _ = try read(text)
            return nil
        } catch {
            return error
        }
    }

    @Test("composes sections, lists and values with their lines")
    func composes() throws {
        let root = try #require(try read("a: 1\nb:\n  - x\n  - 'y'\n"))
        #expect(root.line == 1)
        let list = YAMLNode(
            content: .sequence([
                YAMLNode(content: .scalar("x", isPlain: true), line: 3),
                YAMLNode(content: .scalar("y", isPlain: false), line: 4),
            ]), line: 3)
        #expect(
            root.content
                == .mapping([
                    .init(key: "a", line: 1, value: YAMLNode(content: .scalar("1", isPlain: true), line: 1)),
                    .init(key: "b", line: 2, value: list),
                ]))
    }

    @Test("nothing is nothing", arguments: ["", "# a comment\n", "---\n...\n"])
    func nothing(text: String) throws {
        #expect(try read(text)?.isNothing ?? true)
    }

    @Test("an alias stands for its anchor")
    func alias() throws {
        let root = try #require(try read("a: &x { k: v }\nb: *x\n"))
        guard case .mapping(let entries) = root.content, entries.count == 2 else {
            Issue.record("not two entries")
            return
        }
        #expect(entries[1].value.content == entries[0].value.content)
        #expect(entries[1].line == 2)
    }

    @Test("aliases of aliases end at the limit, as values and as keys", arguments: ["a: ", "? "])
    func billionLaughs(start: String) {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        text += "\(start)*a9\n"
        #expect(fault(of: text) == YAMLFault(problem: .tooManyAliases(limit: YAMLLimits.aliases), line: 3))
    }

    @Test("as many aliases as allowed cannot grow without end")
    func worstAliases() {
        // Three aliases a level are the most that so few aliases can make of it.
        var text = "a0: &a0 [\(Array(repeating: "x", count: 500).joined(separator: ","))]\n"
        for level in 1...5 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 3).joined(separator: ","))]\n"
        }
        #expect(fault(of: text)?.problem == .tooManyValues(limit: YAMLLimits.values))
        #expect(fault(of: text + "? *a5\n: x\n") != nil)
    }

    @Test(
        "stars that are no aliases are no matter",
        arguments: ["# *a* ", "a: 1 # *b", "'*': ", "a: 2 * 3", "- a * b * c #*"].map {
            String(repeating: $0 + "\n", count: $0.hasPrefix("#") || $0.hasPrefix("-") ? 100 : 1)
        })
    func noAliases(text: String) throws {
        _ = try read(text)
    }

    @Test("an alias needs an anchor before it")
    func unknownAliases() {
        #expect(fault(of: "a: &a [*a]") == YAMLFault(problem: .notYAML("found undefined alias"), line: 1))
        #expect(fault(of: "b:\n  *nobody") == YAMLFault(problem: .notYAML("found undefined alias"), line: 2))
    }

    @Test("a key is a single text")
    func keys() {
        #expect(fault(of: "a: 1\n? [b]\n: c") == YAMLFault(problem: .notYAML("a key that is no single text"), line: 2))
    }

    @Test(
        "nesting ends at the limit, whatever it is made of",
        arguments: ["[", "{a: ", "- ", "? "].map { String(repeating: $0, count: 50_000) }
            + ["[", "{a: "].map { String(repeating: $0, count: 900) })
    func nesting(text: String) {
        #expect(fault(of: text) != nil)
    }

    @Test("one deeper than allowed is not read", arguments: [("[", "]"), ("{a: ", "}")])
    func tooDeep(open: String, close: String) {
        for depth in [17, 990] {
            let text = String(repeating: open, count: depth) + String(repeating: close, count: depth)
            #expect(fault(of: text)?.problem == .nestedTooDeep(limit: YAMLLimits.depth))
        }
    }

    @Test("as deep as allowed is read")
    func allowedNesting() throws {
        let text = String(repeating: "[", count: 16) + String(repeating: "]", count: 16)
        #expect(try read(text)?.shape == "a list")
    }

    @Test("a long text is not read")
    func long() {
        let text = String(repeating: "#", count: YAMLLimits.bytes + 1)
        #expect(fault(of: text) == YAMLFault(problem: .tooLong(limitBytes: YAMLLimits.bytes), line: 0))
        #expect(fault(of: String(text.dropLast())) == nil)
    }

    @Test("many values end at the limit")
    func many() {
        #expect(
            fault(of: String(repeating: "- x\n", count: YAMLLimits.values))?.problem == .tooManyValues(limit: 10_000))
    }

    @Test(
        "what is not YAML says so, with its line",
        arguments: [
            ("a: b: c\n", 1), ("a: 1\nb: [1,\n", 3), ("a: 1\n\tb: 2\n", 2), ("a: \"x", 1), ("a: @x", 1),
            ("a: 1\n---\nb: 2\n", 2),
            ("%YAML 9.9\n---\n", 1), ("a: !<", 1),
        ])
    func syntax(text: String, line: Int) {
        let fault = fault(of: text)
        if case .notYAML = fault?.problem {} else { Issue.record("\(String(describing: fault))") }
        #expect(fault?.line == line)
    }

    @Test("bytes that are not UTF-8 are found in their line")
    func encoding() {
        #expect(throws: YAMLFault.self) { try YAMLReader.read([0x61, 0x0A, 0x62, 0x0A, 0xFF]) }
        do throws(YAMLFault) {
            _ = try YAMLReader.read(Array("a: 1\nb: ".utf8) + [0xC3, 0x28])
        } catch {
            #expect(error == YAMLFault(problem: .notYAML("bytes that are no UTF-8"), line: 2))
        }
    }

    @Test("every beginning of a file, and every file with one byte changed, is read or refused")
    func damaged() {
        let sample = Array(ConfigurationReference.sample.utf8.prefix(1200))
        for end in sample.indices {
            _ = try? YAMLReader.read(Array(sample[..<end]))
        }
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<3000 {
            var bytes = sample
            for _ in 0..<3 {
                bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
            }
            _ = try? ConfigurationReport(ConfigurationSources(document: bytes, of: "c.yaml"))
        }
    }
}
