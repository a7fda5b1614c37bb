/// How values of one type are written and read.
struct ValueForm<Value: Sendable>: Sendable {
    /// What the form takes, such as `a time such as 2s or 500ms`; for faults and for the reference page.
    let accepts: String
    /// The lowest and the highest value, for the reference page; empty where there is no such thing.
    var range = ""
    /// Whether a value is a single text; otherwise an environment variable holds YAML.
    let isText: Bool
    /// What sort of value it is; a list where nothing else is said and it is no text.
    var kind: SettingKind
    /// The words that it takes, where it takes but some.
    var choices: [String] = []
    /// Reads a value; `nil` after faults, which are noted.
    let read: @Sendable (YAMLNode, inout ValueReading) -> Value?
    /// Writes a value.
    let text: @Sendable (Value) -> String

    init(
        accepts: String, range: String = "", isText: Bool, kind: SettingKind? = nil, choices: [String] = [],
        read: @escaping @Sendable (YAMLNode, inout ValueReading) -> Value?,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.accepts = accepts
        self.range = range
        self.isText = isText
        self.kind = kind ?? (isText ? .text : .list)
        self.choices = choices
        self.read = read
        self.text = text
    }
}

/// One value on its way in: where it stands, and what is found wrong with it.
struct ValueReading {
    /// The full key.
    let key: String
    /// Where the value stands.
    let origin: ConfigurationOrigin
    /// The folder that relative file names in the value start from.
    let folder: String
    /// What was found wrong.
    var faults: [ConfigurationFault] = []

    /// Notes a fault of the value, or of a part of it.
    mutating func refuse(
        _ problem: ConfigurationFault.Problem, line: Int? = nil, part: String = "", suggestion: String? = nil
    ) {
        let origin = line.map { self.origin.at(line: $0) } ?? self.origin
        faults.append(ConfigurationFault(problem, at: origin, key: key + part, suggestion: suggestion))
    }
}

/// Why a text is no value of a form, and what may have been meant.
struct TextFault: Error {
    var problem: ConfigurationFault.Problem
    var suggestion: String?
}

extension ValueForm {
    /// Makes a form whose values are single texts.
    init(
        texts accepts: String, kind: SettingKind = .text, choices: [String] = [],
        text: @escaping @Sendable (Value) -> String,
        parse: @escaping @Sendable (String) throws(TextFault) -> Value
    ) {
        self.init(
            accepts: accepts, isText: true, kind: kind, choices: choices,
            read: { node, reading in
                guard case .scalar(let found, _) = node.content else {
                    reading.refuse(.wrongShape(expected: accepts, found: node.shape))
                    return nil
                }
                guard !node.isNothing else {
                    reading.refuse(.noValue)
                    return nil
                }
                do throws(TextFault) {
                    return try parse(found)
                } catch {
                    let familiar = FamiliarWords.value(found, of: reading.key)
                    reading.refuse(error.problem, suggestion: familiar ?? error.suggestion)
                    return nil
                }
            },
            text: text)
    }
}
