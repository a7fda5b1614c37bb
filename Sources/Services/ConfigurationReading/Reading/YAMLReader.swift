/// Reads a document within `YAMLLimits`.
///
/// Tags mean nothing here: a value is what its key takes it for.
struct YAMLReader {
    /// What an anchor names, and what it costs to write it out.
    private struct Anchored {
        var node: YAMLNode
        var values: Int
        var depth: Int
    }

    /// A step on the way from the root to a value.
    private enum Step {
        case key(String)
        case element(Int)
    }

    private let events: YAMLEvents
    private var anchors: [String: Anchored] = [:]
    private var aliases = 0
    /// Values so far, with all aliases written out.
    private var values = 0
    /// The way to what is being read.
    private var path: [Step] = []

    /// Reads the one document of `bytes`; `nil` when there is none.
    static func read(_ bytes: [UInt8]) throws(YAMLFault) -> YAMLNode? {
        guard bytes.count <= YAMLLimits.bytes else {
            throw YAMLFault(problem: .tooLong(limitBytes: YAMLLimits.bytes), line: 0)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
            throw YAMLFault(problem: .notYAML("bytes that are no UTF-8"), line: line + 1)
        }
        var reader = YAMLReader(events: try YAMLEvents(bytes))
        return try reader.document()
    }

    private init(events: YAMLEvents) {
        self.events = events
    }

    private mutating func document() throws(YAMLFault) -> YAMLNode? {
        guard try nextDocument() != nil else { return nil }
        let (event, line) = try events.next()
        let root = try node(event, line: line, depth: 1).node
        if let line = try nextDocument() {
            throw YAMLFault(problem: .notYAML("expected a single document in the stream"), line: line)
        }
        return root
    }

    /// The line in which the next document begins; `nil` when there is none.
    private func nextDocument() throws(YAMLFault) -> Int? {
        while true {
            let (event, line) = try events.next()
            switch event {
            case .documentStart: return line
            case .textEnd: return nil
            default: continue
            }
        }
    }

    /// The node that an event begins, and how many levels it has, itself among them.
    private mutating func node(
        _ event: YAMLEvents.Event, line: Int, depth: Int
    ) throws(YAMLFault) -> (node: YAMLNode, levels: Int) {
        try check(depth: depth, line: line)
        let valuesBefore = values
        let found: (content: YAMLNode.Content, levels: Int)
        let name: String?
        switch event {
        case .alias(let name):
            return try alias(name, line: line, depth: depth)
        case .scalar(let text, let isPlain, let anchor):
            try count(1, line: line)
            (found, name) = ((.scalar(text, isPlain: isPlain), 1), anchor)
        case .sequenceStart(let anchor):
            try count(1, line: line)
            (found, name) = (try sequence(depth: depth), anchor)
        case .mappingStart(let anchor):
            try count(1, line: line)
            (found, name) = (try mapping(depth: depth), anchor)
        case .collectionEnd, .documentStart, .other, .textEnd:
            throw YAMLFault(problem: .notYAML("the parser failed"), line: line)
        }
        let node = YAMLNode(content: found.content, line: line)
        if let name { anchors[name] = Anchored(node: node, values: values - valuesBefore, depth: found.levels) }
        return (node, found.levels)
    }

    private mutating func sequence(depth: Int) throws(YAMLFault) -> (YAMLNode.Content, Int) {
        var (nodes, levels) = ([YAMLNode](), 0)
        while true {
            let (event, line) = try events.next()
            if case .collectionEnd = event { return (.sequence(nodes), levels + 1) }
            path.append(.element(nodes.count))
            let element = try node(event, line: line, depth: depth + 1)
            path.removeLast()
            nodes.append(element.node)
            levels = max(levels, element.levels)
        }
    }

    private mutating func mapping(depth: Int) throws(YAMLFault) -> (YAMLNode.Content, Int) {
        var (entries, levels, lines) = ([YAMLNode.Entry](), 0, [String: Int]())
        while true {
            let (event, line) = try events.next()
            if case .collectionEnd = event { return (.mapping(entries), levels + 1) }
            let key = try node(event, line: line, depth: depth + 1).node
            guard case .scalar(let name, _) = key.content else {
                throw YAMLFault(problem: .notYAML("a key that is no single text"), line: line)
            }
            path.append(.key(name))
            if let first = lines.updateValue(line, forKey: name) {
                throw YAMLFault(problem: .repeatedKey(firstLine: first), line: line, path: pathText)
            }
            let (next, nextLine) = try events.next()
            let value = try node(next, line: nextLine, depth: depth + 1)
            path.removeLast()
            entries.append(YAMLNode.Entry(key: name, line: line, value: value.node))
            levels = max(levels, value.levels)
        }
    }

    /// The way to what is being read, such as `auth.keys[0].key`.
    private var pathText: String {
        path.reduce(into: "") { text, step in
            switch step {
            case .key(let name): text += text.isEmpty ? name : "." + name
            case .element(let index): text += "[\(index)]"
            }
        }
    }

    /// What an anchor named before.
    private mutating func alias(
        _ name: String, line: Int, depth: Int
    ) throws(YAMLFault) -> (node: YAMLNode, levels: Int) {
        aliases += 1
        guard aliases <= YAMLLimits.aliases else {
            throw YAMLFault(problem: .tooManyAliases(limit: YAMLLimits.aliases), line: line)
        }
        guard let anchored = anchors[name] else {
            throw YAMLFault(problem: .notYAML("found undefined alias"), line: line)
        }
        try check(depth: depth + anchored.depth - 1, line: line)
        try count(anchored.values, line: line)
        return (anchored.node, anchored.depth)
    }

    private func check(depth: Int, line: Int) throws(YAMLFault) {
        guard depth <= YAMLLimits.depth else {
            throw YAMLFault(problem: .nestedTooDeep(limit: YAMLLimits.depth), line: line)
        }
    }

    private mutating func count(_ more: Int, line: Int) throws(YAMLFault) {
        values += more
        guard values <= YAMLLimits.values else {
            throw YAMLFault(problem: .tooManyValues(limit: YAMLLimits.values), line: line)
        }
    }
}
