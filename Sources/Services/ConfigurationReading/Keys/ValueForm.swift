/// How values of one type are written and read.
struct ValueForm<Value: Sendable>: Sendable {
    /// What the form takes, such as `a time such as 2s or 500ms`; for faults and for the reference page.
    let accepts: String
    /// The lowest and the highest value, for the reference page; empty where there is no such thing.
    var range = ""
    /// Whether a value is a single text; otherwise an environment variable holds YAML.
    let isText: Bool
    /// Reads a value; `nil` after faults, which are noted.
    let read: @Sendable (YAMLNode, inout ValueReading) -> Value?
    /// Writes a value.
    let text: @Sendable (Value) -> String
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
        texts accepts: String, text: @escaping @Sendable (Value) -> String,
        parse: @escaping @Sendable (String) throws(TextFault) -> Value
    ) {
        self.init(
            accepts: accepts, isText: true,
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
                    reading.refuse(error.problem, suggestion: error.suggestion)
                    return nil
                }
            },
            text: text)
    }
}
