import Yams

/// Reads a document within `YAMLLimits`.
enum YAMLReader {
    /// Reads the one document of `bytes`; `nil` when there is none.
    static func read(_ bytes: [UInt8]) throws(YAMLFault) -> YAMLNode? {
        guard bytes.count <= YAMLLimits.bytes else {
            throw YAMLFault(problem: .tooLong(limitBytes: YAMLLimits.bytes), line: 0)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
            throw YAMLFault(problem: .notYAML("bytes that are no UTF-8"), line: line + 1)
        }
        try checkAliases(of: text)
        guard let root = try compose(text) else { return nil }
        var count = 0
        return try convert(root, depth: 1, count: &count)
    }

    /// Refuses a text with so many aliases that to write them out could take for ever.
    ///
    /// Yams compares the keys of a section with their aliases written out before anybody can count them, so they are
    /// counted here, without knowing quite what is text: every `*` with something after it counts. Comments do not, in lines
    /// without quotes, where it is certain that they are comments.
    private static func checkAliases(of text: String) throws(YAMLFault) {
        var count = 0
        let lines = text.utf8.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
        }
        for (index, line) in lines.enumerated() {
            let hasQuotes = line.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
            var previous = UInt8(ascii: " ")
            for byte in line {
                if byte == UInt8(ascii: "#"), isBlank(previous), !hasQuotes { break }
                if previous == UInt8(ascii: "*"), !isBlank(byte) { count += 1 }
                previous = byte
            }
            guard count <= YAMLLimits.aliases else {
                throw YAMLFault(problem: .tooManyAliases(limit: YAMLLimits.aliases), line: index + 1)
            }
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func compose(_ text: String) throws(YAMLFault) -> Node? {
        do {
            return try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw YAMLFault(error, in: text)
        } catch {
            throw YAMLFault(problem: .notYAML("\(error)"), line: 0)
        }
    }

    private static func convert(_ node: Node, depth: Int, count: inout Int) throws(YAMLFault) -> YAMLNode {
        let line = node.mark?.line ?? 0
        guard depth <= YAMLLimits.depth else {
            throw YAMLFault(problem: .nestedTooDeep(limit: YAMLLimits.depth), line: line)
        }
        count += 1
        guard count <= YAMLLimits.values else {
            throw YAMLFault(problem: .tooManyValues(limit: YAMLLimits.values), line: line)
        }
        switch node {
        case .scalar(let scalar):
            return YAMLNode(content: .scalar(scalar.string, isPlain: scalar.style == .plain), line: line)
        case .sequence(let sequence):
            var nodes: [YAMLNode] = []
            for element in sequence { nodes.append(try convert(element, depth: depth + 1, count: &count)) }
            return YAMLNode(content: .sequence(nodes), line: line)
        case .mapping(let mapping):
            var entries: [YAMLNode.Entry] = []
            for (key, value) in mapping {
                let line = key.mark?.line ?? line
                guard case .scalar(let name) = key else {
                    throw YAMLFault(problem: .notYAML("a key that is no single text"), line: line)
                }
                let value = try convert(value, depth: depth + 1, count: &count)
                entries.append(YAMLNode.Entry(key: name.string, line: line, value: value))
            }
            return YAMLNode(content: .mapping(entries), line: line)
        case .alias:
            throw YAMLFault(problem: .notYAML("an alias without an anchor before it"), line: line)
        }
    }
}

extension YAMLFault {
    /// Says what Yams says without repeating the text, in which secrets may stand.
    fileprivate init(_ error: YamlError, in text: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(problem: .notYAML(problem), line: mark.line)
        case .reader(let problem, let offset, _, _):
            let line = text.utf8.prefix(offset ?? 0).count { $0 == UInt8(ascii: "\n") }
            self.init(problem: .notYAML(problem), line: line + 1)
        case .duplicatedKeysInMapping(_, let context):
            self.init(problem: .repeatedKey, line: context.mark.line)
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            self.init(problem: .notYAML("the parser failed"), line: 0)
        }
    }
}
