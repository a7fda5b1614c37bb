import Testing

@testable import ServerConfiguration

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
            ]), line: 3, weight: 3)
        #expect(
            root.content
                == .mapping([
                    .init(key: "a", line: 1, value: YAMLNode(content: .scalar("1", isPlain: true), line: 1)),
                    .init(key: "b", line: 2, value: list),
                ]))
        #expect(root.weight == 7)
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
        #expect(entries[1].value.line == 2)
    }

    @Test("aliases of aliases end at the limit")
    func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(fault(of: text) == YAMLFault(problem: .tooManyValues(limit: YAMLLimits.values), line: 4))
    }

    @Test("aliases as keys end at once")
    func aliasKeys() {
        #expect(
            fault(of: "a: &a [x]\n? [*a, *a]\n: b\n") == YAMLFault(problem: .notYAML("a key that is a list"), line: 2))
    }

    @Test("an alias cannot stand within itself")
    func recursion() {
        let problem = ConfigurationFault.Problem.notYAML("an alias without an anchor before it")
        #expect(fault(of: "a: &a [*a]") == YAMLFault(problem: problem, line: 1))
        #expect(fault(of: "b:\n  *nobody") == YAMLFault(problem: problem, line: 2))
    }

    @Test(
        "nesting ends at the limit, whatever it is made of",
        arguments: ["[", "{a: ", "- ", "? "].map { String(repeating: $0, count: 50_000) }
            + ["[", "{a: "].map { String(repeating: $0, count: 17) })
    func nesting(text: String) {
        #expect(fault(of: text)?.problem == .nestedTooDeep(limit: YAMLLimits.depth))
    }

    @Test("as deep as allowed is read")
    func allowedNesting() throws {
        let text = String(repeating: "[", count: 16) + String(repeating: "]", count: 16)
        #expect(try read(text)?.weight == 16)
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
            ("a: b: c\n", 1), ("a: 1\nb: [1,\n", 3), ("a: 1\n\tb: 2\n", 2), ("a: \"x", 2), ("a: @x", 1),
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
            #expect(error == YAMLFault(problem: .notYAML("invalid trailing UTF-8 octet"), line: 2))
        }
    }

    @Test("every beginning of a file, and every file with one byte changed, is read or refused")
    func damaged() {
        let sample = Array(ConfigurationReference.sample.utf8.prefix(1200))
        for end in sample.indices {
            _ = try? YAMLReader.read(Array(sample[..<end]))
        }
        var generator = SplitMix(seed: 7)
        for _ in 0..<3000 {
            var bytes = sample
            for _ in 0..<3 {
                bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
            }
            _ = try? ConfigurationReport(document: bytes, of: "c.yaml")
        }
    }
}

/// Random numbers that are the same in every run.
private struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
