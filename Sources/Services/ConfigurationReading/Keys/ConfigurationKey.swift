/// The one declaration of a key of `Section`.
///
/// How it is called, what it takes, which property it sets and what it is for. Reading, the check for unknown keys,
/// `config show`, the API, the reference page and the sample file are all made from it.
struct ConfigurationKey<Section: Sendable>: Sendable {
    /// The name within the section, such as `hls.segment`.
    let name: String
    /// What the key does: sentences for the reference page.
    let summary: String
    /// What the key takes.
    let accepts: String
    /// The lowest and the highest value, for the reference page.
    let range: String
    /// Whether a value is a single text; otherwise an environment variable holds YAML.
    let isText: Bool
    /// What sort of value it takes.
    let kind: SettingKind
    /// The words that it takes, where it takes but some.
    let choices: [String]
    /// Whom a change concerns.
    let effect: SettingEffect
    /// Reads a value into the section; says whether that went well.
    let assign: @Sendable (YAMLNode, inout ValueReading, inout Section) -> Bool
    /// Writes the section's value.
    let text: @Sendable (Section) -> String
    /// Whether two sections have the same value, also where it must not be shown.
    let isSame: @Sendable (Section, Section) -> Bool

    /// Declares a key.
    ///
    /// - Parameter effect: whom a change concerns; at once everybody, for what is asked for at each decision.
    init<Value: Equatable>(
        _ name: String, _ property: any WritableKeyPath<Section, Value> & Sendable, _ form: ValueForm<Value>,
        _ summary: String, effect: SettingEffect = .now
    ) {
        self.name = name
        self.summary = summary
        self.effect = effect
        accepts = form.accepts
        range = form.range
        isText = form.isText
        kind = form.kind
        choices = form.choices
        assign = { node, reading, section in
            guard let value = form.read(node, &reading) else { return false }
            section[keyPath: property] = value
            return true
        }
        text = { form.text($0[keyPath: property]) }
        isSame = { $0[keyPath: property] == $1[keyPath: property] }
    }
}

/// All keys of `Section`, and names that a later version will know.
struct KeyTable<Section: Sendable>: Sendable {
    /// In the order in which they are shown.
    let keys: [ConfigurationKey<Section>]
    /// What the parts of a name before its last stand for: `hls` and so on.
    let sections: [(name: String, summary: String)]
    /// Keys and sections that are announced and that this version lacks.
    let later: [String]

    /// The key of this name.
    func key(_ name: String) -> ConfigurationKey<Section>? {
        keys.first { $0.name == name }
    }

    /// Whether keys stand within `name`.
    func isSection(_ name: String) -> Bool {
        keys.contains { $0.name.hasPrefix(name + ".") }
    }

    /// The key with a secret value within which `path` leads.
    func secret(around path: String) -> String? {
        keys.first { $0.kind == .secret && (path.hasPrefix($0.name + ".") || path.hasPrefix($0.name + "[")) }?.name
    }

    /// Whether `name` is promised for later, or stands within something that is.
    func isLater(_ name: String) -> Bool {
        later.contains { name == $0 || name.hasPrefix($0 + ".") }
    }
}
