import CLibYAML

/// What a text says one thing after another, as libyaml reads it.
///
/// libyaml keeps what is open in memory of its own and calls nothing deeper for it; how much is read is the caller's to
/// bound.
final class YAMLEvents {
    enum Event {
        /// A text; plain when it stands without quotes.
        case scalar(String, isPlain: Bool, anchor: String?)
        case alias(String)
        case sequenceStart(anchor: String?)
        case mappingStart(anchor: String?)
        /// The end of the innermost list or section.
        case collectionEnd
        case documentStart
        /// The text begins, or a document ends.
        case other
        /// There is nothing more; asked again, the answer is the same.
        case textEnd
    }

    // libyaml keeps addresses of both.
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let text: UnsafeMutableBufferPointer<UInt8>
    private var isOver = false

    /// Begins to read.
    ///
    /// - Throws: when there is no memory.
    init(_ bytes: [UInt8]) throws(YAMLFault) {
        text = .allocate(capacity: bytes.count)
        _ = text.initialize(from: bytes)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else { throw Self.withoutMemory }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The next event, and the line in which it begins, counted from 1.
    func next() throws(YAMLFault) -> (event: Event, line: Int) {
        guard !isOver else { return (.textEnd, 0) }
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            isOver = true
            throw fault
        }
        defer { yaml_event_delete(&event) }
        return (take(event), Int(clamping: event.start_mark.line) &+ 1)
    }

    private func take(_ event: yaml_event_t) -> Event {
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                anchor: Self.name(scalar.anchor))
        case YAML_ALIAS_EVENT:
            return .alias(Self.name(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            return .sequenceStart(anchor: Self.name(event.data.sequence_start.anchor))
        case YAML_MAPPING_START_EVENT:
            return .mappingStart(anchor: Self.name(event.data.mapping_start.anchor))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            return .collectionEnd
        case YAML_DOCUMENT_START_EVENT:
            return .documentStart
        case YAML_STREAM_END_EVENT:
            isOver = true
            return .textEnd
        default:
            return .other
        }
    }

    /// What libyaml says, without repeating the text, in which secrets may stand.
    private var fault: YAMLFault {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the parser failed"
        switch parser.pointee.error {
        case YAML_SCANNER_ERROR, YAML_PARSER_ERROR:
            let line = Int(clamping: parser.pointee.problem_mark.line) &+ 1
            return YAMLFault(problem: .notYAML(problem), line: line)
        case YAML_READER_ERROR:
            let line = text.prefix(Int(clamping: parser.pointee.problem_offset)).count { $0 == UInt8(ascii: "\n") }
            return YAMLFault(problem: .notYAML(problem), line: line &+ 1)
        default:
            return Self.withoutMemory
        }
    }

    private static let withoutMemory = YAMLFault(problem: .notYAML("the parser failed"), line: 0)

    private static func name(_ name: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        name.map { String(cString: $0) }
    }
}
