/// What there is to know of a setting besides its value.
public struct SettingDescription: Sendable, Hashable {
    /// What it does: sentences.
    public let summary: String
    /// What it takes, such as `a time such as 2s, 500ms or 1m`.
    public let accepts: String
    /// The lowest and the highest value, such as `1s … 60m`; empty where there is no such thing.
    public let range: String
    /// What sort of value it has.
    public let kind: SettingKind
    /// The words that it takes, where it takes but some.
    public let choices: [String]
    /// Its value where nobody says anything; for an application that is what `apps."*"` has by default.
    public let defaultValue: String
    /// Whom a change concerns.
    public let effect: SettingEffect
    /// Whether the API may change it.
    public let isChangeable: Bool

    /// The description of a key, named in full; `nil` where there is none.
    public init?(of key: String) {
        guard let place = ConfigurationKeys.place(of: key) else { return nil }
        if place.application != nil {
            guard let declared = ApplicationConfiguration.keys.key(place.name) else { return nil }
            self.init(declared, ApplicationConfiguration(), full: key)
        } else {
            guard let declared = ServerConfiguration.keys.key(place.name) else { return nil }
            self.init(declared, ServerConfiguration(), full: key)
        }
    }

    private init<Section>(_ key: ConfigurationKey<Section>, _ section: Section, full: String) {
        summary = key.summary
        accepts = key.accepts
        range = key.range
        kind = key.kind
        choices = key.choices
        defaultValue = key.text(section)
        effect = key.effect
        isChangeable = !ConfigurationKeys.onlyOnTheMachine.contains(full)
    }
}

extension ConfigurationReport {
    /// The application whose setting a key is, such as `live` or `*`; `nil` for a setting of the server.
    public static func application(of key: String) -> String? {
        ConfigurationKeys.place(of: key)?.application
    }
}
