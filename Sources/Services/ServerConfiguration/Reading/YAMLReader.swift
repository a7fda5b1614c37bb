import CYaml

/// Composes a document out of libyaml's events, within `YAMLLimits`.
///
/// Yams' own composer is not used: it writes aliases out without end when it compares keys, and says of a repeated key
/// only that it is repeated.
struct YAMLReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var anchors: [String: YAMLNode] = [:]
    private var values = 0

    /// Reads the one document of `text`; `nil` when the text is empty.
    static func read(_ text: [UInt8]) throws(YAMLFault) -> YAMLNode? {
        guard text.count <= YAMLLimits.bytes else {
            throw YAMLFault(problem: .tooLong(limitBytes: YAMLLimits.bytes), line: 0)
        }
        guard !text.isEmpty else { return nil }
        return try text.withUnsafeBufferPointer { bytes throws(YAMLFault) in
            var reader = try YAMLReader(reading: bytes)
            return try reader.document(of: bytes)
        }
    }

    /// Starts to read `bytes`, which outlive the reader.
    ///
    /// The parser keeps a pointer to itself, so it has a fixed place.
    private init(reading bytes: UnsafeBufferPointer<UInt8>) throws(YAMLFault) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLFault(problem: .notYAML("out of memory"), line: 0)
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private mutating func document(of bytes: UnsafeBufferPointer<UInt8>) throws(YAMLFault) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try next(of: bytes)
            switch event.kind {
            case .end(.stream): return root
            case .start(.document) where root != nil:
                throw YAMLFault(problem: .notYAML("a second document"), line: event.line)
            case .start(.stream), .start(.document), .end: continue
            default: root = try node(from: event, depth: 1, of: bytes)
            }
        }
    }

    private mutating func node(
        from event: Event, depth: Int, of bytes: UnsafeBufferPointer<UInt8>
    ) throws(YAMLFault) -> YAMLNode {
        guard depth <= YAMLLimits.depth else {
            throw YAMLFault(problem: .nestedTooDeep(limit: YAMLLimits.depth), line: event.line)
        }
        if case .alias(let name) = event.kind {
            guard var node = anchors[name] else {
                throw YAMLFault(problem: .notYAML("an alias without an anchor before it"), line: event.line)
            }
            try count(node.weight, line: event.line)
            node.line = event.line
            return node
        }
        try count(1, line: event.line)
        let before = values
        var node = YAMLNode(content: try content(of: event, depth: depth, of: bytes), line: event.line)
        node.weight = 1 + values - before
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func content(
        of event: Event, depth: Int, of bytes: UnsafeBufferPointer<UInt8>
    ) throws(YAMLFault) -> YAMLNode.Content {
        switch event.kind {
        case .scalar(let text, let isPlain):
            return .scalar(text, isPlain: isPlain)
        case .start(.sequence):
            var nodes: [YAMLNode] = []
            while true {
                let event = try next(of: bytes)
                if case .end = event.kind { return .sequence(nodes) }
                nodes.append(try node(from: event, depth: depth + 1, of: bytes))
            }
        case .start(.mapping):
            var entries: [YAMLNode.Entry] = []
            while true {
                let event = try next(of: bytes)
                if case .end = event.kind { return .mapping(entries) }
                let key = try node(from: event, depth: depth + 1, of: bytes)
                guard case .scalar(let name, _) = key.content else {
                    throw YAMLFault(problem: .notYAML("a key that is \(key.shape)"), line: key.line)
                }
                let value = try node(from: try next(of: bytes), depth: depth + 1, of: bytes)
                entries.append(YAMLNode.Entry(key: name, line: key.line, value: value))
            }
        case .alias, .start, .end:
            throw YAMLFault(problem: .notYAML("a value is missing"), line: event.line)
        }
    }

    private mutating func count(_ weight: Int, line: Int) throws(YAMLFault) {
        values += weight
        guard values <= YAMLLimits.values else {
            throw YAMLFault(problem: .tooManyValues(limit: YAMLLimits.values), line: line)
        }
    }

    private func next(of bytes: UnsafeBufferPointer<UInt8>) throws(YAMLFault) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault(in: bytes) }
        defer { yaml_event_delete(&event) }
        return Event(event)
    }

    private func fault(in bytes: UnsafeBufferPointer<UInt8>) -> YAMLFault {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
        // Below the scanner libyaml counts bytes only.
        let line =
            parser.pointee.error == YAML_READER_ERROR
            ? bytes.prefix(parser.pointee.problem_offset).count { $0 == UInt8(ascii: "\n") }
            : parser.pointee.problem_mark.line
        return YAMLFault(problem: .notYAML(problem), line: line + 1)
    }
}

extension YAMLReader {
    /// What libyaml says next, in Swift's own values.
    fileprivate struct Event {
        enum Whole { case stream, document, sequence, mapping }

        enum Kind {
            case start(Whole), end(Whole)
            case scalar(String, isPlain: Bool)
            case alias(String)
        }

        var kind: Kind
        var anchor: String?
        var line: Int

        init(_ event: yaml_event_t) {
            line = event.start_mark.line + 1
            switch event.type {
            case YAML_STREAM_START_EVENT: kind = .start(.stream)
            case YAML_DOCUMENT_START_EVENT: kind = .start(.document)
            case YAML_DOCUMENT_END_EVENT: kind = .end(.document)
            case YAML_SEQUENCE_END_EVENT: kind = .end(.sequence)
            case YAML_MAPPING_END_EVENT: kind = .end(.mapping)
            case YAML_ALIAS_EVENT: kind = .alias(Self.text(event.data.alias.anchor) ?? "")
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
                kind = .scalar(
                    String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
                anchor = Self.text(scalar.anchor)
            case YAML_SEQUENCE_START_EVENT:
                kind = .start(.sequence)
                anchor = Self.text(event.data.sequence_start.anchor)
            case YAML_MAPPING_START_EVENT:
                kind = .start(.mapping)
                anchor = Self.text(event.data.mapping_start.anchor)
            default: kind = .end(.stream)
            }
        }

        private static func text(_ pointer: UnsafePointer<UInt8>?) -> String? {
            pointer.map { String(cString: $0) }
        }
    }
}
